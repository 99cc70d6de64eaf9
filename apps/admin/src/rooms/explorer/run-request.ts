import type { BuiltRequest } from "./build-request.ts";

/** What the server answered, for reading. */
export type Answer = {
  status: number;
  statusText: string;
  durationMs: number;
  /** The headers worth looking at, in a fixed order. */
  headers: [name: string, value: string][];
  body: string;
};

/**
 * Sends a request with the viewer's key and without the session's cookie, so that the answer is what a program with
 * that key would get. Throws where the server cannot be reached.
 */
export async function runRequest(request: BuiltRequest, key: string): Promise<Answer> {
  const startedMs = performance.now();
  const response = await fetch(request.url, {
    method: request.method,
    headers: [...request.headers, ...authorization(key)],
    body: request.body,
    credentials: "omit",
    cache: "no-store",
    redirect: "manual",
  });
  const body = await response.text();
  return {
    status: response.status,
    statusText: response.statusText,
    durationMs: Math.round(performance.now() - startedMs),
    headers: HEADERS.flatMap((name): [string, string][] => {
      const value = response.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
    body,
  };
}

// Public routes take a key too, and then count against its own rate limit.
const authorization = (key: string): [string, string][] =>
  key === "" ? [] : [["Authorization", `Bearer ${key}`]];

const HEADERS = [
  "content-type",
  "x-request-id",
  "retry-after",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-ratelimit-policy",
  "payment-required",
  "cache-control",
];
