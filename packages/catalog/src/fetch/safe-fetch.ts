import { setTimeout as delay } from "node:timers/promises";
import { err, ok, type Result } from "@ratebook/core";
import { type ResolveHost, resolveHost } from "./address-guard.ts";
import type { FetchFailure } from "./failure.ts";
import { fetchOnce } from "./fetch-once.ts";

/** What a fetch may do. Only `hosts` and `contentTypes` have no default. */
export type SafeFetchOptions = {
  /** Host names that may be reached, redirects included; with a port other than 443 as "name:port". */
  hosts: readonly string[];
  /** Media types the answer may have, such as "application/json". */
  contentTypes: readonly string[];
  /** Validators of the copy already held; when it still stands the answer is `not_modified`. */
  etag?: string | null;
  lastModified?: string | null;
  /** Further request headers, such as a key; they are never sent to another host after a redirect. */
  headers?: Readonly<Record<string, string>>;
  /** Most bytes after decompression. */
  maxBytes?: number;
  /** Time limit of one attempt, redirects and body included. */
  timeoutMs?: number;
  maxRedirects?: number;
  /** Further attempts after one that failed and may succeed later. */
  retries?: number;
  /** Lets http and https reach this machine. Nothing else that is refused becomes allowed. */
  allowLoopback?: boolean;
  /** The clock, the wait between attempts and the resolver come from outside in tests. */
  now?: () => Date;
  sleep?: (ms: number) => Promise<unknown>;
  resolve?: ResolveHost;
};

/** A document as it was fetched, or the news that the copy already held still stands. */
export type FetchedDocument =
  | {
      status: "fetched";
      /** The address after redirects. */
      url: string;
      httpStatus: number;
      contentType: string;
      etag: string | null;
      lastModified: string | null;
      fetchedAt: Date;
      /** Decompressed. */
      body: Uint8Array;
    }
  | {
      status: "not_modified";
      url: string;
      etag: string | null;
      lastModified: string | null;
      fetchedAt: Date;
    };

export type SafeFetch = typeof safeFetch;

/**
 * Fetches a foreign document so that nothing but the named public hosts can be reached.
 *
 * https only; every address of the host must be public, and the connection goes to exactly the addresses that
 * were checked; each redirect is checked the same way. The body is capped after decompression. A challenge page
 * and a wrong media type are failures. Attempts that may succeed later are repeated with growing waits, or the
 * wait the server asks for (at most a minute).
 */
export async function safeFetch(
  url: string,
  options: SafeFetchOptions,
): Promise<Result<FetchedDocument, FetchFailure>> {
  const { retries = 2, sleep = delay } = options;
  const attempt = {
    hosts: options.hosts.map((host) => host.toLowerCase()),
    contentTypes: options.contentTypes.map((type) => type.toLowerCase()),
    etag: options.etag ?? null,
    lastModified: options.lastModified ?? null,
    headers: options.headers ?? {},
    maxBytes: options.maxBytes ?? 32 * 1024 * 1024,
    timeoutMs: options.timeoutMs ?? 30_000,
    maxRedirects: options.maxRedirects ?? 3,
    allowLoopback: options.allowLoopback ?? false,
    now: options.now ?? (() => new Date()),
    resolve: options.resolve ?? resolveHost,
  };
  for (let tries = 0; ; tries += 1) {
    const result = await fetchOnce(url, attempt);
    if (result.ok) return ok(result.value);
    if (!result.error.retryable || tries >= retries) return err(result.error);
    const asked = result.error.retryAfterSeconds;
    await sleep(asked === null ? FIRST_WAIT_MS * 2 ** tries : Math.min(asked * 1000, LONGEST_WAIT_MS));
  }
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
