export {
  asArray,
  asObject,
  JsonNumber,
  type JsonObject,
  type JsonValue,
  parseJsonKeepingDigits,
} from "./document/digits-json.ts";
export { htmlPlaces } from "./document/html-place.ts";
export { jsonPointer, resolveJsonPointer } from "./document/json-pointer.ts";
export { providerName } from "./document/provider-name.ts";
export {
  type OriginOptions,
  type RawDocument,
  type ReadFailure,
  type ReadFrom,
  readSource,
  type SourceReading,
} from "./read-source.ts";
export { findSource, SOURCES } from "./registry.ts";
export type {
  AlertKind,
  BundledDocument,
  ParseContext,
  ParsedSource,
  PriceSource,
  RefusalKind,
  RefusedRow,
  SourceAlert,
  SourceFailure,
  SourceKey,
} from "./source.ts";
export { keyHeaders } from "./source-key.ts";
export { LISTED_CHAT, LISTED_EMBEDDING } from "./sources/starter/listed.ts";
