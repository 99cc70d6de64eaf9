import type { X402Token } from "@ratebook/billing";
import { BaseError, type PublicClient } from "viem";
import { eip3009Abi } from "./eip3009.ts";
import { asHex } from "./hex.ts";

/**
 * Reads what a token calls itself, after making sure that the node is of the right network.
 *
 * @throws Error where the node belongs to another chain, or the token's decimals cannot carry cents exactly
 */
export async function readToken(
  client: PublicClient,
  { asset, chainId }: { asset: string; chainId: number },
): Promise<X402Token> {
  const reported = await client.getChainId();
  if (reported !== chainId) {
    throw new BaseError(`The configured node is of chain ${reported}, not of ${chainId}.`);
  }
  const contract = { address: asHex(asset), abi: eip3009Abi } as const;
  const decimals = await client.readContract({ ...contract, functionName: "decimals" });
  if (decimals < 2 || decimals > 9) {
    throw new BaseError(`A token of ${decimals} decimals cannot be counted in cents and nanos.`);
  }
  const [name, version] = await readDomain(client, contract);
  return { name, version, decimals };
}

/** EIP-5267 where the token speaks it, else the two functions older tokens have. */
async function readDomain(
  client: PublicClient,
  contract: { address: `0x${string}`; abi: typeof eip3009Abi },
): Promise<[string, string]> {
  try {
    const [, name, version] = await client.readContract({ ...contract, functionName: "eip712Domain" });
    return [name, version];
  } catch (error) {
    if (!(error instanceof BaseError)) throw error;
    return Promise.all([
      client.readContract({ ...contract, functionName: "name" }),
      client.readContract({ ...contract, functionName: "version" }),
    ]);
  }
}
