import { isIP } from "node:net";
import { err, ok, type Result } from "@ratebook/core";
import { Agent } from "undici";
import { checkAddresses, type ResolvedAddress, type ResolveHost } from "./address-guard.ts";
import { type FetchFailure, fetchFailure } from "./failure.ts";

/** An address that may be connected to, and where its name led when that was checked. */
export type Target = { url: URL; addresses: readonly ResolvedAddress[] };

/** What an address must be. */
export type TargetRules = { hosts: readonly string[] | null; allowLoopback: boolean; resolve: ResolveHost };

/**
 * Checks an address in full before a byte is sent to it.
 *
 * @param hosts the only ones that may be reached; null: any public one
 */
export async function checkTarget(text: string, attempt: TargetRules): Promise<Result<Target, FetchFailure>> {
  const refuse = (kind: FetchFailure["kind"], message: string, retryable = false) =>
    err(fetchFailure(kind, text, message, { retryable }));
  if (!URL.canParse(text)) return refuse("invalid_url", "The address is not a URL.");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    return refuse("invalid_url", "The address carries a password.");
  const plainHttp = url.protocol === "http:" && attempt.allowLoopback;
  if (url.protocol !== "https:" && !plainHttp)
    return refuse("invalid_url", "Only https addresses are fetched.");
  if (attempt.hosts !== null && !attempt.hosts.includes(url.host.toLowerCase())) {
    return refuse("host_not_allowed", `${url.host} is not a host this source may be fetched from.`);
  }
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await addressesOf(hostname, attempt.resolve);
  if (addresses.length === 0)
    return refuse("name_not_resolved", `The name ${hostname} could not be resolved.`, true);
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
export function pinnedAgent(addresses: readonly ResolvedAddress[]): Agent {
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

/** The work's result, or null when the signal fired first: a resolver cannot be stopped, only left behind. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
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

/** The host of an address, for sentences. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "the address");
