import { err, type Result } from "@ratebook/core";
import { type Dispatcher, request } from "undici";
import type { ResolveHost } from "./address-guard.ts";
import { checkTarget, hostOf, pinnedAgent, untilAborted } from "./check-target.ts";
import { type FetchFailure, fetchFailure } from "./failure.ts";
import { inspectAnswer } from "./inspect-answer.ts";
import { discardBody } from "./read-body.ts";
import type { FetchedDocument } from "./safe-fetch.ts";

/** The options of a fetch with every default filled in. */
export type Attempt = {
  hosts: readonly string[];
  contentTypes: readonly string[];
  etag: string | null;
  lastModified: string | null;
  headers: Readonly<Record<string, string>>;
  maxBytes: number;
  timeoutMs: number;
  maxRedirects: number;
  allowLoopback: boolean;
  now: () => Date;
  resolve: ResolveHost;
};

/** One attempt of `safeFetch`: follows redirects, each under the same checks, within one time limit. */
export async function fetchOnce(
  url: string,
  attempt: Attempt,
): Promise<Result<FetchedDocument, FetchFailure>> {
  const signal = AbortSignal.timeout(attempt.timeoutMs);
  const timedOut = (at: string) => {
    const message = `${hostOf(at)} did not answer in full within ${attempt.timeoutMs} ms.`;
    return err(fetchFailure("timed_out", at, message, { retryable: true }));
  };
  const firstOrigin = URL.canParse(url) ? new URL(url).origin : null;
  let at = url;
  for (let hops = 0; ; hops += 1) {
    const target = await untilAborted(checkTarget(at, attempt), signal);
    if (target === null) return timedOut(at);
    if (!target.ok) return target;
    const agent = pinnedAgent(target.value.addresses);
    try {
      const headers = requestHeaders(attempt, target.value.url.origin === firstOrigin);
      const answer = await request(target.value.url, { method: "GET", dispatcher: agent, headers, signal });
      const location = redirectOf(answer);
      if (location === null) return await inspectAnswer(at, answer, attempt);
      discardBody(answer.body);
      if (hops >= attempt.maxRedirects) {
        const message = `${hostOf(url)} redirected more than ${attempt.maxRedirects} times.`;
        return err(fetchFailure("too_many_redirects", at, message, { status: answer.statusCode }));
      }
      if (!URL.canParse(location, at)) {
        return err(
          fetchFailure("invalid_url", at, `${hostOf(at)} redirected to something that is no address.`),
        );
      }
      at = new URL(location, at).href;
    } catch (error) {
      if (signal.aborted) return timedOut(at);
      const reason = error instanceof Error ? error.message : "unknown";
      const message = `The connection to ${hostOf(at)} failed: ${reason}.`;
      return err(fetchFailure("network", at, message, { retryable: true }));
    } finally {
      await agent.destroy();
    }
  }
}

function requestHeaders(attempt: Attempt, sameOrigin: boolean): Record<string, string> {
  return {
    ...(sameOrigin ? attempt.headers : {}),
    "user-agent": USER_AGENT,
    accept: attempt.contentTypes.join(", "),
    "accept-encoding": "gzip, br",
    ...(attempt.etag === null ? {} : { "if-none-match": attempt.etag }),
    ...(attempt.lastModified === null ? {} : { "if-modified-since": attempt.lastModified }),
  };
}

function redirectOf(answer: Dispatcher.ResponseData): string | null {
  const location = answer.headers.location;
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return null;
  return typeof location === "string" ? location : null;
}

const USER_AGENT = "Ratebook/0.1 (price catalogue; reads public price lists)";
