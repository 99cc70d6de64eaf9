import { createTRPCClient, httpBatchLink } from "@trpc/client";
import superjson from "superjson";
import type { AppRouter } from "./root.ts";

export type { AppRouter } from "./root.ts";

/**
 * The typed client for programs: bigints and dates travel through superjson.
 *
 * @param url the server's address; procedures are under `/trpc`
 * @param apiKey key sent as a bearer token
 */
export function createClient({ url, apiKey }: { url: string; apiKey: string }) {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: new URL("/trpc", url).href,
        transformer: superjson,
        headers: { authorization: `Bearer ${apiKey}` },
      }),
    ],
  });
}

/** A typed client as `createClient` gives it. */
export type Client = ReturnType<typeof createClient>;
