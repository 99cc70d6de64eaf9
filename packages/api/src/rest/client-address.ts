import { BlockList, isIP } from "node:net";

/**
 * Makes the function that tells a client's address.
 *
 * `X-Forwarded-For` is believed only as far as trusted proxies wrote it: from the right, the first address that is not
 * itself a trusted proxy. Anything a client could have written is ignored.
 *
 * @param trusted addresses, CIDR ranges, or `loopback`
 */
export function clientAddress(
  trusted: readonly string[],
): (peer: string | undefined, forwardedFor: string | null) => string {
  const proxies = new BlockList();
  for (const entry of trusted.flatMap((name) => (name === "loopback" ? LOOPBACK : [name]))) {
    const [network, prefix] = entry.split("/");
    if (network === undefined || isIP(network) === 0) {
      throw new Error(`${entry} is neither an address nor a CIDR range`);
    }
    const family = isIP(network) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) proxies.addAddress(network, family);
    else proxies.addSubnet(network, Number(prefix), family);
  }
  const isProxy = (address: string): boolean =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  return (peer, forwardedFor) => {
    const chain = [...(forwardedFor ?? "").split(",").map((part) => plain(part.trim())), plain(peer ?? "")];
    let address = chain.pop() ?? "";
    while (isProxy(address)) {
      const previous = chain.pop();
      if (previous === undefined || isIP(previous) === 0) break;
      address = previous;
    }
    return address === "" ? "unknown" : address;
  };
}

/** An IPv4 address as IPv6 sockets spell it is the same address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

const LOOPBACK = ["127.0.0.0/8", "::1"];
