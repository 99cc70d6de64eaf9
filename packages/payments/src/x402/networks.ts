import { EVM_NETWORK_CHAIN_ID_MAP } from "@x402/evm/v1";

/** An EVM network under both of its names. */
export type X402Network = {
  chainId: number;
  /** `eip155:` and the chain id, as version 2 says. */
  name: string;
  /** Its name in version 1; null where that has none. */
  nameV1: string | null;
};

/** Finds a network by either name (`base`, `eip155:8453`); null where the text is neither. */
export function networkOf(text: string): X402Network | null {
  const known = Object.entries(EVM_NETWORK_CHAIN_ID_MAP);
  const byName = known.find(([name]) => name === text);
  if (byName !== undefined) return { chainId: byName[1], name: `eip155:${byName[1]}`, nameV1: text };
  const digits = /^eip155:([1-9]\d{0,14})$/.exec(text)?.[1];
  if (digits === undefined) return null;
  const nameV1 = known.find(([, chainId]) => String(chainId) === digits)?.[0] ?? null;
  return { chainId: Number(digits), name: text, nameV1 };
}

/** A public node of the networks people start with; any other needs one configured. */
export const publicNodeOf = ({ chainId }: X402Network): string | null => PUBLIC_NODES[chainId] ?? null;

// https://docs.base.org/base-chain/quickstart/connecting-to-base, read 2026-11-22.
const PUBLIC_NODES: Record<number, string | undefined> = {
  8453: "https://mainnet.base.org",
  84532: "https://sepolia.base.org",
};
