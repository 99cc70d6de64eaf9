import type { X402Authorization, X402Rail, X402Refusal, X402Token, X402Unavailable } from "@ratebook/billing";
import { err, ok, type Result } from "@ratebook/core";
import { SettleError, VerifyError } from "@x402/core/types";
import { BaseError, type PublicClient } from "viem";
import { isSignedBy } from "./check-signature.ts";
import { eip3009Abi } from "./eip3009.ts";
import { facilitatorRequest, type X402Facilitator } from "./facilitator.ts";
import { findTransfer } from "./find-transfer.ts";
import { asHex } from "./hex.ts";
import type { X402Network } from "./networks.ts";
import { readToken } from "./read-token.ts";

export type X402RailOptions = {
  network: X402Network;
  /** The token's contract. It has to be worth a dollar each. */
  asset: string;
  payTo: string;
  /** A node of that network. */
  client: PublicClient;
  facilitator: X402Facilitator;
  /** Address of what is sold, as version 1 names it. */
  resource: string;
  /** True where the tokens are worth nothing: credits then come from `clearing:sandbox`. */
  worthless?: boolean;
  /** How long a transaction may take to be mined. */
  receiptTimeoutMs?: number;
};

/**
 * Makes the rail for one token on one network. Nothing is read before it is used.
 *
 * Signatures, balances and transfers are judged by the chain itself through `client`; the facilitator is only asked to
 * agree and to send.
 */
export function createX402Rail(options: X402RailOptions): X402Rail {
  const { network, client, facilitator, resource } = options;
  const asset = options.asset.toLowerCase();
  const payTo = options.payTo.toLowerCase();
  let known: X402Token | undefined;

  const describe = async (): Promise<Result<X402Token, X402Unavailable>> => {
    if (known !== undefined) return ok(known);
    const read = await reaching(() => readToken(client, { asset, chainId: network.chainId }));
    if (read.ok) known = read.value;
    return read;
  };
  const requestFor = (authorization: X402Authorization, token: X402Token) =>
    facilitatorRequest(authorization, {
      network,
      asset,
      payTo,
      name: token.name,
      version: token.version,
      resource,
    });

  return {
    network: network.name,
    networkV1: network.nameV1,
    asset,
    payTo,
    contra: options.worthless === true ? "clearing:sandbox" : "clearing:x402",
    describe,
    verify: async (authorization) => {
      const token = await describe();
      if (!token.ok) return token;
      const judged = await reaching(() => judgeOnChain(authorization, token.value));
      if (!judged.ok) return judged;
      if (judged.value.refusal !== null) return err(judged.value.refusal);
      const { payload, requirements } = requestFor(authorization, token.value);
      const agreed = await askVerdict(() => facilitator.verify(payload, requirements));
      return agreed.ok ? ok({ block: judged.value.block }) : agreed;
    },
    settle: async (authorization) => {
      const token = await describe();
      if (!token.ok) return { kind: "unknown", message: token.error.message };
      const { payload, requirements } = requestFor(authorization, token.value);
      try {
        return settled(await facilitator.settle(payload, requirements));
      } catch (error) {
        if (error instanceof SettleError) {
          const { transaction, errorReason } = error;
          return settled({ success: false, transaction, errorReason });
        }
        // Whatever broke, it may have broken after the transfer was sent.
        return { kind: "unknown", message: messageOf(error) };
      }
    },
    findTransfer: (authorization, fromBlock, transaction) =>
      findTransfer(client, {
        asset,
        payTo,
        authorization,
        fromBlock,
        transaction,
        timeoutMs: options.receiptTimeoutMs ?? 60_000,
      }),
  };

  async function judgeOnChain(
    authorization: X402Authorization,
    token: X402Token,
  ): Promise<{ block: bigint; refusal: X402Refusal | null }> {
    const address = asHex(asset);
    const from = asHex(authorization.from);
    const domain = {
      name: token.name,
      version: token.version,
      chainId: network.chainId,
      verifyingContract: address,
    };
    const block = await client.getBlockNumber({ cacheTime: 0 });
    if (!(await isSignedBy(client, authorization, domain))) {
      return { block, refusal: refused("invalid_signature", `The payer did not sign this for ${asset}.`) };
    }
    const used = await client.readContract({
      address,
      abi: eip3009Abi,
      functionName: "authorizationState",
      args: [from, asHex(authorization.nonce)],
    });
    if (used) return { block, refusal: refused("authorization_used", "This authorization was used before.") };
    const balance = await client.readContract({
      address,
      abi: eip3009Abi,
      functionName: "balanceOf",
      args: [from],
    });
    if (balance < authorization.value) {
      return { block, refusal: refused("insufficient_funds", "The payer has less than the signed value.") };
    }
    return { block, refusal: null };
  }
}

type Settled = { success: boolean; transaction?: string | undefined; errorReason?: string | undefined };

function settled({ success, transaction, errorReason }: Settled): Awaited<ReturnType<X402Rail["settle"]>> {
  const sent = transaction !== undefined && /^0x[0-9a-fA-F]{64}$/.test(transaction);
  // A facilitator that stopped waiting still names what it sent.
  if (sent && (success || errorReason === "settlement_pending")) {
    return { kind: "sent", transaction: transaction.toLowerCase() };
  }
  if (success) return { kind: "unknown", message: "the facilitator named no transaction" };
  return { kind: "refused", reason: errorReason ?? "no reason given" };
}

async function askVerdict(
  ask: () => Promise<{ isValid: boolean; invalidReason?: string }>,
): Promise<Result<null, X402Refusal | X402Unavailable>> {
  try {
    const { isValid, invalidReason } = await ask();
    return isValid ? ok(null) : err(disagreed(invalidReason));
  } catch (error) {
    if (error instanceof VerifyError) return err(disagreed(error.invalidReason));
    return err(unavailable(error));
  }
}

/** The reason is a facilitator's code; only plain ones are shown. */
function disagreed(reason: string | undefined): X402Refusal {
  const code = reason !== undefined && /^[a-z0-9_]{1,100}$/.test(reason) ? ` (${reason})` : "";
  return refused("facilitator_refused", `The facilitator refused the payment${code}.`);
}

const refused = (reason: X402Refusal["reason"], message: string): X402Refusal => ({
  kind: "x402_refused",
  reason,
  message: `${message} The payment was not taken.`,
});

/** Runs reads of the chain; a node that does not answer is a value, a bug is not. */
async function reaching<T>(read: () => Promise<T>): Promise<Result<T, X402Unavailable>> {
  try {
    return ok(await read());
  } catch (error) {
    if (error instanceof BaseError) return err(unavailable(error));
    throw error;
  }
}

const unavailable = (error: unknown): X402Unavailable => ({
  kind: "x402_unavailable",
  message: messageOf(error),
});

const messageOf = (error: unknown): string =>
  error instanceof BaseError ? error.shortMessage : error instanceof Error ? error.message : "no answer";
