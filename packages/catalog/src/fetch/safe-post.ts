import { err, ok, type Result } from "@ratebook/core";
import { request } from "undici";
import { excerptOf } from "../document/read-text.ts";
import { type ResolveHost, resolveHost } from "./address-guard.ts";
import { checkTarget, hostOf, pinnedAgent, untilAborted } from "./check-target.ts";
import { type FetchFailure, fetchFailure } from "./failure.ts";
import { retryAfterSeconds } from "./inspect-answer.ts";
import { beginningOf, readBody } from "./read-body.ts";

/** What a post carries and may do. */
export type SafePostOptions = {
  body: string;
  headers: Readonly<Record<string, string>>;
  /** Time limit, the answer's beginning included. */
  timeoutMs?: number;
  /** Lets http and https reach this machine. Nothing else that is refused becomes allowed. */
  allowLoopback?: boolean;
  /** The resolver comes from outside in tests. */
  resolve?: ResolveHost;
};

/** What came back. */
export type PostAnswer = {
  status: number;
  /** Beginning of the answer as text; empty where none came. */
  excerpt: string;
  /** Seconds the server asked to wait, where it did. */
  retryAfterSeconds: number | null;
};

/**
 * Sends a body to an address somebody else named, so that nothing but the public internet can be reached.
 *
 * https only; every address of the host must be public, and the connection goes to exactly the addresses that were
 * checked. One attempt; a redirect is an answer like any other and is not followed.
 */
export async function safePost(
  url: string,
  options: SafePostOptions,
): Promise<Result<PostAnswer, FetchFailure>> {
  const { allowLoopback = false, resolve = resolveHost, timeoutMs = 15_000 } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const timedOut = () => {
    const message = `${hostOf(url)} did not answer in full within ${timeoutMs} ms.`;
    return err(fetchFailure("timed_out", url, message, { retryable: true }));
  };
  const target = await untilAborted(checkTarget(url, { hosts: null, allowLoopback, resolve }), signal);
  if (target === null) return timedOut();
  if (!target.ok) return target;
  const agent = pinnedAgent(target.value.addresses);
  try {
    const answer = await request(target.value.url, {
      method: "POST",
      dispatcher: agent,
      headers: { "accept-encoding": "identity", ...options.headers },
      body: options.body,
      signal,
    });
    const header = (name: string): string | null => {
      const value = answer.headers[name];
      return (Array.isArray(value) ? value[0] : value) ?? null;
    };
    const read = await readBody(answer.body, header("content-encoding"), EXCERPT_BYTES);
    return ok({
      status: answer.statusCode,
      excerpt: excerptOf(beginningOf(read) ?? ""),
      retryAfterSeconds: retryAfterSeconds(header("retry-after"), new Date()),
    });
  } catch (error) {
    if (signal.aborted) return timedOut();
    const reason = error instanceof Error ? error.message : "unknown";
    const message = `The connection to ${hostOf(url)} failed: ${reason}.`;
    return err(fetchFailure("network", url, message, { retryable: true }));
  } finally {
    await agent.destroy();
  }
}

const EXCERPT_BYTES = 64 * 1024;
