import type { X402Authorization } from "@ratebook/billing";
import { type Hex, type PublicClient, recoverTypedDataAddress } from "viem";
import { transferTypes } from "./eip3009.ts";
import { asHex } from "./hex.ts";

/** What signatures name the token by. */
export type TokenDomain = { name: string; version: string; chainId: number; verifyingContract: Hex };

/** True where the payer signed exactly this for the token: with a key, or, asking the chain, with a contract's wallet. */
export async function isSignedBy(
  client: PublicClient,
  authorization: X402Authorization,
  domain: TokenDomain,
): Promise<boolean> {
  const { from, to, value, validAfter, validBefore, nonce } = authorization;
  const signature = asHex(authorization.signature);
  const address = asHex(from);
  const message = { from: address, to: asHex(to), value, validAfter, validBefore, nonce: asHex(nonce) };
  const typed = { domain, types: transferTypes, primaryType: "TransferWithAuthorization", message } as const;
  const signer = await recover(typed, signature);
  if (signer?.toLowerCase() === from) return true;
  return client.verifyTypedData({ address, signature, ...typed });
}

type Typed = Omit<Parameters<typeof recoverTypedDataAddress>[0], "signature">;

/** Who signed; null where the bytes are no signature of a key at all. */
async function recover(typed: Typed, signature: Hex): Promise<Hex | null> {
  try {
    return await recoverTypedDataAddress({ ...typed, signature });
  } catch {
    return null;
  }
}
