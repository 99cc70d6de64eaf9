import { randomBytes } from "node:crypto";
import type { X402Authorization } from "@ratebook/billing";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { transferTypes } from "../eip3009.ts";
import { asHex } from "../hex.ts";
import type { LocalChain } from "./start-local-chain.ts";

/** Somebody with a key and dollars. */
export async function payerWith(chain: LocalChain, units: bigint): Promise<PrivateKeyAccount> {
  const payer = privateKeyToAccount(generatePrivateKey());
  if (units > 0n) await chain.mint(payer.address, units);
  return payer;
}

export type Draft = Partial<Omit<X402Authorization, "signature" | "from">> & {
  /** Token the signature is for. */
  verifyingContract?: string;
  chainId?: number;
};

/** Signs a transfer as a payer's wallet does. */
export async function signTransfer(
  chain: { asset: string; network: { chainId: number } },
  payer: PrivateKeyAccount,
  { verifyingContract = chain.asset, chainId = chain.network.chainId, ...draft }: Draft & { to: string },
): Promise<X402Authorization> {
  const now = BigInt(Math.trunc(Date.now() / 1000));
  const message = {
    value: 1_000_000n,
    validAfter: now - 600n,
    validBefore: now + 600n,
    nonce: `0x${randomBytes(32).toString("hex")}`,
    ...draft,
    from: payer.address.toLowerCase(),
  };
  const signature = await payer.signTypedData({
    domain: { name: "USDC", version: "2", chainId, verifyingContract: asHex(verifyingContract) },
    types: transferTypes,
    primaryType: "TransferWithAuthorization",
    message: {
      from: payer.address,
      to: asHex(message.to),
      value: message.value,
      validAfter: message.validAfter,
      validBefore: message.validBefore,
      nonce: asHex(message.nonce),
    },
  });
  return { version: 2, ...message, signature };
}

/** The header a client sends for a signed transfer. */
export function paymentHeader(
  authorization: X402Authorization,
  options: { network: string; asset?: string; intentId?: string; scheme?: string },
): string {
  const { version, signature, from, to, value, validAfter, validBefore, nonce } = authorization;
  const payload = {
    signature,
    authorization: {
      from,
      to,
      value: value.toString(),
      validAfter: validAfter.toString(),
      validBefore: validBefore.toString(),
      nonce,
    },
  };
  const { network, asset = "", intentId, scheme = "exact" } = options;
  const payment =
    version === 1
      ? { x402Version: 1, scheme, network, payload }
      : {
          x402Version: 2,
          accepted: { scheme, network, asset, amount: value.toString(), payTo: to, extra: { intentId } },
          payload,
        };
  return Buffer.from(JSON.stringify(payment)).toString("base64");
}
