import { isIP } from "node:net";
import { err, ok, type Result } from "@ratebook/core";
import { Agent, type Dispatcher, request } from "undici";
import { checkAddresses, type ResolvedAddress, type ResolveHost } from "./address-guard.ts";
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

type Target = { url: URL; addresses: readonly ResolvedAddress[] };

/** Checks an address in full before a byte is sent to it. */
async function checkTarget(text: string, attempt: Attempt): Promise<Result<Target, FetchFailure>> {
  const refuse = (kind: FetchFailure["kind"], message: string, retryable = false) =>
    err(fetchFailure(kind, text, message, { retryable }));
  if (!URL.canParse(text)) return refuse("invalid_url", "The address is not a URL.");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    return refuse("invalid_url", "The address carries a password.");
  const plainHttp = url.protocol === "http:" && attempt.allowLoopback;
  if (url.protocol !== "https:" && !plainHttp)
    return refuse("invalid_url", "Only https addresses are fetched.");
  if (!attempt.hosts.includes(url.host.toLowerCase())) {
    return refuse("host_not_allowed", `${url.host} is not a host this source may be fetched from.`);
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await addressesOf(hostname, attempt.resolve);
  if (addresses.length === 0) return refuse("name_not_resolved", `${hostname} has no address.`, true);
  const checked = checkAddresses(addresses, attempt.allowLoopback);
  if (!checked.ok) {
    const { address, range } = checked.error;
    return refuse("address_refused", `${hostname} resolves to ${address}, which is not public (${range}).`);
  }
  // Without TLS nothing proves who answers, so plain http goes to this machine and nowhere else.
  if (plainHttp && checkAddresses(addresses, false).ok) {
    return refuse("invalid_url", "Only https addresses are fetched.");
  }
  return ok({ url, addresses: checked.value });
}

async function addressesOf(hostname: string, resolve: ResolveHost): Promise<readonly ResolvedAddress[]> {
  const literal = isIP(hostname);
  if (literal !== 0) return [{ address: hostname, family: literal === 6 ? 6 : 4 }];
  try {
    return await resolve(hostname);
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

/** Connects only to the addresses that were checked, whatever the name resolves to by then. */
function pinnedAgent(addresses: readonly ResolvedAddress[]): Agent {
  const all = addresses.map(({ address, family }) => ({ address, family }));
  return new Agent({
    maxHeaderSize: 32 * 1024,
    connect: {
      lookup: (_hostname, options, callback) => {
        const [first] = all;
        if (first === undefined) callback(new Error("no address"), "", 0);
        else if (options.all === true) callback(null, all);
        else callback(null, first.address, first.family);
      },
    },
  });
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

/** The work's result, or null when the signal fired first: a resolver cannot be stopped, only left behind. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  if (signal.aborted) return null;
  let stop: (() => void) | null = null;
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== null) signal.removeEventListener("abort", stop);
  }
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "the address");

const USER_AGENT = "Ratebook/0.1 (price catalogue; reads public price lists)";
