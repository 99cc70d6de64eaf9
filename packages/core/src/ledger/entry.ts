import type { Nanos } from "../money/nanos.ts";

/** What an entry did. The last four are made by the ledger itself, never asked for. */
export const ENTRY_KINDS = [
  "debit",
  "hold",
  "settle",
  "release",
  "extend",
  "grant",
  "revoke",
  "adjustment",
  "parked",
  "hold_expired",
  "forfeit",
  "debt_incurred",
  "debt_repaid",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Accounts on the other side of a wallet's entries, so that the books export as double entry. */
export const CONTRA_ACCOUNTS = [
  "revenue:usage",
  "revenue:infrastructure",
  "clearing:stripe",
  "clearing:x402",
  "clearing:invoice",
  "clearing:sandbox",
  "opening",
  "promo",
  "adjustments",
  "breakage",
  "refunds",
  "receivable:customers",
] as const;
export type ContraAccount = (typeof CONTRA_ACCOUNTS)[number];

/**
 * One line of a wallet's append-only log.
 *
 * The balance moves by `amount`, the held sum by `heldDelta`, the debt by `debtDelta`; each `…After` is the value
 * once this entry is posted.
 */
export type Entry = {
  /** 1, 2, 3 … within the wallet, without gaps. */
  seq: bigint;
  kind: EntryKind;
  /** The operation that asked for it; null on entries the ledger made by itself. */
  opId: string | null;
  /** The hold, grant, parked entry or operation this one is about. */
  ref: string | null;
  /** Null where no money moves: holds, releases, extensions, parked usage. */
  contra: ContraAccount | null;
  amount: Nanos;
  heldDelta: Nanos;
  debtDelta: Nanos;
  balanceAfter: Nanos;
  heldAfter: Nanos;
  debtAfter: Nanos;
  consumedAfter: Nanos;
  /** The amount the caller named or we rated, before it met the wallet. */
  asked: Nanos;
  /** A settle or release of a hold that had expired. */
  late: boolean;
  /** The instant it took effect: of the operation, or of the expiry. */
  at: Date;
};
