import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { err, ok, type Result } from "@ratebook/core";
import ipaddr from "ipaddr.js";

/** An address a host resolved to. */
export type ResolvedAddress = { address: string; family: 4 | 6 };

/** Resolves a host name to all its addresses. */
export type ResolveHost = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** Why an address may not be connected to: its range, as in "loopback" or "carrierGradeNat". */
export type AddressRefusal = { kind: "address_refused"; address: string; range: string };

/** The system's resolver, all addresses, in the order it gives them. */
export const resolveHost: ResolveHost = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
};

/**
 * Whether every address is one of the public internet; one that is not refuses them all.
 *
 * Only global unicast passes: not private, loopback, link-local, carrier-grade NAT, multicast, documentation or
 * reserved ranges, and no IPv6 form that carries another address inside (mapped, NAT64, 6to4, Teredo).
 *
 * @param allowLoopback lets 127.0.0.0/8 and ::1 pass too
 */
export function checkAddresses(
  addresses: readonly ResolvedAddress[],
  allowLoopback: boolean,
): Result<readonly ResolvedAddress[], AddressRefusal> {
  for (const { address } of addresses) {
    const range = addressRange(address);
    if (range !== "unicast" && !(allowLoopback && range === "loopback")) {
      return err({ kind: "address_refused", address, range });
    }
  }
  return ok(addresses);
}

/** The range an address lies in; "unicast" only for addresses of the public internet. */
export function addressRange(address: string): string {
  if (!ipaddr.isValid(address)) return "invalid";
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== "unicast" || parsed.kind() === "ipv4") return range;
  // What is handed out to hosts lies in 2000::/3; the rest, like ::7f00:1, is not for us to guess about.
  const first = Number.parseInt(parsed.toNormalizedString().split(":")[0] ?? "", 16);
  return first >= 0x2000 && first <= 0x3fff ? "unicast" : "reserved";
}
