import type { Result } from "@ratebook/core";
import type { Contra } from "../../ledger/ledger-op.ts";

/**
 * Where token payments come from: one network, one token, one address that is paid. Addresses are lower-case hex;
 * amounts are whole units of the token, as its contract counts.
 */
export type X402Rail = {
  /** CAIP-2, for example `eip155:8453`. */
  network: string;
  /** The network's name in version 1 of the protocol; null where that has none, and only version 2 is offered. */
  networkV1: string | null;
  asset: string;
  payTo: string;
  /** `clearing:x402`; `clearing:sandbox` where the tokens are worth nothing. */
  contra: Extract<Contra, "clearing:x402" | "clearing:sandbox">;
  /** The token in its own words; they never change, so they are read once. */
  describe: () => Promise<Result<X402Token, X402Unavailable>>;
  /**
   * Judges who signed, whether the authorization is unused, and whether the payer has the money; asks the facilitator.
   * Gives the chain's height, from which a search for the transfer may start. Moves nothing.
   */
  verify: (
    authorization: X402Authorization,
  ) => Promise<Result<{ block: bigint }, X402Refusal | X402Unavailable>>;
  /** Has the facilitator move the money. Repeating it is safe: the token takes each authorization once. */
  settle: (authorization: X402Authorization) => Promise<X402SettleOutcome>;
  /**
   * What the chain knows of an authorization, read without the facilitator.
   *
   * @param transaction where the facilitator says it was used: waited for, and checked like any other
   */
  findTransfer: (
    authorization: X402Authorization,
    fromBlock: bigint,
    transaction?: string,
  ) => Promise<X402Transfer>;
};

/** `name` and `version` are what signatures name the token by. */
export type X402Token = { name: string; version: string; decimals: number };

/** A signed permission to move tokens: exactly what the signature covers, and the signature. */
export type X402Authorization = {
  version: 1 | 2;
  from: string;
  to: string;
  value: bigint;
  /** Unix seconds; not valid at this one yet. */
  validAfter: bigint;
  /** Unix seconds; not valid at this one any more. */
  validBefore: bigint;
  /** 32 bytes of the payer's choice. */
  nonce: string;
  signature: string;
};

/** Why a payment is not taken. Nothing was moved. */
export type X402RefusalReason =
  | "unsupported_scheme"
  | "wrong_network"
  | "wrong_asset"
  | "wrong_recipient"
  | "underpaid"
  | "too_much"
  | "not_yet_valid"
  | "expired"
  | "valid_too_long"
  | "invalid_signature"
  | "authorization_used"
  | "insufficient_funds"
  | "facilitator_refused"
  | "terms_unknown"
  | "terms_expired";

export type X402Refusal = { kind: "x402_refused"; reason: X402RefusalReason; message: string };

/** The chain or the facilitator gave no answer; nothing is known to have moved. */
export type X402Unavailable = { kind: "x402_unavailable"; message: string };

export type X402SettleOutcome =
  /** The facilitator says it is done; only the chain's own receipt counts. */
  | { kind: "sent"; transaction: string }
  | { kind: "refused"; reason: string }
  /** Nobody knows. */
  | { kind: "unknown"; message: string };

export type X402Transfer =
  /** The transaction succeeded and moved `value` to us under this authorization. */
  | { kind: "done"; transaction: string; value: bigint }
  /** Not used; `expired` where the chain's own time says that it cannot be used any more. */
  | { kind: "unused"; expired: boolean }
  /** Used without paying us, for instance cancelled by the payer. */
  | { kind: "void"; message: string }
  /** The chain gave no answer, or none that is final yet. */
  | { kind: "unknown"; message: string };
