export {
  addressRange,
  checkAddresses,
  type ResolvedAddress,
  type ResolveHost,
  resolveHost,
} from "./address-guard.ts";
export type { FetchFailure } from "./failure.ts";
export { type FetchedDocument, type SafeFetch, type SafeFetchOptions, safeFetch } from "./safe-fetch.ts";
export { type PostAnswer, type SafePostOptions, safePost } from "./safe-post.ts";
