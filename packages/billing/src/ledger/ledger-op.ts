import type { Nanos } from "@ratebook/core";

/** What JSON can carry. Nanos inside are integer text: `"24000"`. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Accounts on the other side of a wallet's entries. */
export type Contra =
  | "revenue:usage"
  | "revenue:infrastructure"
  | "clearing:stripe"
  | "clearing:x402"
  | "clearing:invoice"
  | "clearing:sandbox"
  | "opening"
  | "promo"
  | "adjustments"
  | "breakage"
  | "refunds"
  | "receivable:customers";

/** `credit_line` grants burn last; only promotional ones never repay debt. */
export type GrantCategory = "purchased" | "promotional" | "credit_line";

/** One rated line as the receipt keeps it: anything that helps to recompute it, and its amount. */
export type LineJson = { readonly [key: string]: Json; readonly amount: string };

/** The usage event stored with the debit, settle or parked entry that bills it. */
export type UsageEventDraft = {
  offering: string | null;
  provider: string | null;
  model: string | null;
  pools: { readonly [meter: string]: Json };
  dimensions: { readonly [name: string]: Json };
  /** The receipt's lines; their amounts (integer nanos as text) add up to `amount`, or the post is refused as a bug. */
  lines: readonly LineJson[];
  listCost: Nanos;
  /** The operator's own cost where it is known. */
  ownCost: Nanos | null;
  /** Must equal the operation's amount; 0 when parked. */
  amount: Nanos;
  catalogueVersion: number | null;
  policyVersion: number | null;
  contract: string | null;
  agentId: string | null;
  appId: string | null;
  keyId: string | null;
  userId: string | null;
  billing: "platform" | "byok";
  state: "rated" | "parked";
  parkReason: string | null;
  outcome: string | null;
  quoteId: string | null;
  metadata: { readonly [key: string]: Json };
  occurredAt: Date;
};

/** A message for the job queue, written in the same transaction and relayed under its id. */
export type OutboxDraft = { id: string; kind: string; payload: { readonly [key: string]: Json } };

/**
 * For whom a hold sets money aside: budgets and pauses of these apply to it. A debit's are those of its usage event, a
 * settle's those of its hold.
 */
export type SpentFor = Pick<UsageEventDraft, "agentId" | "appId" | "keyId" | "userId">;

type OpBase = {
  /** The customer's id, a uuid in lower case. */
  account: string;
  /** A uuid from `opId`; unique per account for ever. */
  opId: string;
  /** Lower-case hex sha256 of what the caller meant; the same op id with another one is a conflict. */
  meaningHash: string;
  outbox?: readonly OutboxDraft[];
};

export type DebitOp = OpBase & {
  kind: "debit";
  /** What is due, at least 0. */
  amount: Nanos;
  /** `gate` is refused when available is short; `record` takes what is there and the rest becomes debt. */
  mode: "gate" | "record";
  /** Default: revenue:usage, which demands a usage event of the same amount. */
  contra?: Contra;
  /** Op id of the parked entry this rates. */
  ref?: string;
  usageEvent?: UsageEventDraft;
};

export type HoldOp = OpBase & {
  kind: "hold";
  amount: Nanos;
  /** 1 … 86,400. The hold's id is the op id. */
  ttlSeconds: number;
  /** Versions that a settle of this hold is priced with. */
  pins?: { catalogueVersion: number | null; policyVersion: number | null; contract: string | null };
  for?: SpentFor;
};

export type SettleOp = OpBase & {
  kind: "settle";
  /** The hold's id. Budgets are the hold's. */
  ref: string;
  /** What is due, at least 0; beyond hold + available it becomes debt. */
  amount: Nanos;
  contra?: Contra;
  usageEvent?: UsageEventDraft;
};

/** Frees a hold. */
export type ReleaseOp = OpBase & { kind: "release"; ref: string };

/** The hold then expires `ttlSeconds` from now, if that is later; never beyond 24 h after it was placed. */
export type ExtendOp = OpBase & { kind: "extend"; ref: string; ttlSeconds: number };

/** Keeps a usage event that cannot be priced yet; amount 0. */
export type ParkedOp = OpBase & { kind: "parked"; usageEvent: UsageEventDraft };

export type GrantOp = OpBase & {
  kind: "grant";
  /** More than 0. The grant's id is the op id. */
  amount: Nanos;
  category: GrantCategory;
  contra: Contra;
  /** Lower burns first; default 50, and 100 for a credit line. */
  priority?: number;
  expiresAt?: Date | null;
  /** Where it came from, shown to people: a reason, or a payment's id. */
  source: string;
  /** Op id of the debit or settle this gives back; all such grants together never exceed what that operation cost. */
  ref?: string;
};

/** Takes back what is left of one grant, free of holds: a refund or a clawback. */
export type RevokeOp = OpBase & {
  kind: "revoke";
  /** The grant's id. */
  ref: string;
  amount: Nanos;
  contra: Contra;
  /** True: what the grant can no longer give becomes debt. False: refused as `insufficient`. */
  allowDebt: boolean;
};

/** Corrects by hand: above 0 a new grant, below 0 a gated taking in burn order. Never 0. */
export type AdjustmentOp = OpBase & {
  kind: "adjustment";
  amount: Nanos;
  contra: Contra;
  /** Of the new grant, when above 0; default purchased. */
  category?: GrantCategory;
  source: string;
};

/** One operation on one wallet. */
export type LedgerOp =
  | DebitOp
  | HoldOp
  | SettleOp
  | ReleaseOp
  | ExtendOp
  | ParkedOp
  | GrantOp
  | RevokeOp
  | AdjustmentOp;
