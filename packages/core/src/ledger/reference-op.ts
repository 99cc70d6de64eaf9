import type { Nanos } from "../money/nanos.ts";
import type { GrantCategory } from "./burn-order.ts";
import type { ContraAccount, EntryKind } from "./entry.ts";

type OpBase = {
  account: string;
  /** Unique per account for ever. */
  opId: string;
  /** What the caller meant; the same op id with another one is a conflict. */
  meaningHash: string;
};

/** An operation on one wallet. Amounts are nanos, at least 0 unless said otherwise. */
export type ReferenceOp =
  | (OpBase & {
      kind: "debit";
      amount: Nanos;
      mode: "gate" | "record";
      /** Default: revenue:usage. */
      contra?: ContraAccount;
      ref?: string;
    })
  /** `ttlSeconds` 1 … 86,400; the hold's id is the op id. */
  | (OpBase & { kind: "hold"; amount: Nanos; ttlSeconds: number })
  | (OpBase & { kind: "settle"; ref: string; amount: Nanos; contra?: ContraAccount })
  | (OpBase & { kind: "release"; ref: string })
  | (OpBase & { kind: "extend"; ref: string; ttlSeconds: number })
  | (OpBase & { kind: "parked" })
  /** Above 0; the grant's id is the op id; priority is 50, of a credit line 100, unless named. */
  | (OpBase & {
      kind: "grant";
      amount: Nanos;
      category: GrantCategory;
      contra: ContraAccount;
      priority?: number;
      expiresAt?: Date | null;
      ref?: string;
    })
  | (OpBase & { kind: "revoke"; ref: string; amount: Nanos; contra: ContraAccount; allowDebt: boolean })
  /** Not 0. Above 0 a new grant (purchased unless a category is named), below 0 a gated taking in burn order. */
  | (OpBase & { kind: "adjustment"; amount: Nanos; contra: ContraAccount; category?: GrantCategory });

/** The wallet as an operation left it, or as a refused one found it. */
export type ReferenceNumbers = { balance: Nanos; held: Nanos; available: Nanos; debt: Nanos };

/** What an operation did, the debt and forfeits it caused included. A replay carries exactly these again. */
export type ReferencePosted = ReferenceNumbers & {
  opId: string;
  /** The kind of the operation's own entry. */
  entryKind: EntryKind;
  /** Of the operation's own entry. */
  seq: bigint;
  /** What left the balance for this operation; negative where credits were added. */
  amountTaken: Nanos;
  debtIncurred: Nanos;
  debtRepaid: Nanos;
  late: boolean;
  /** Of the hold placed or extended. */
  expiresAt: Date | null;
  createdAt: Date;
};

/** A refusal writes nothing; its key works again once the cause is gone. */
export type ReferenceRefusal =
  | (ReferenceNumbers & { kind: "insufficient"; required: Nanos })
  | (ReferenceNumbers & { kind: "debt_outstanding" })
  | (ReferenceNumbers & { kind: "suspended"; because: "operator" | "debt" })
  | { kind: "hold_not_open"; holdId: string; state: "settled" | "released" | "expired" | "unknown" }
  /** A grant that would give back more than the operation it names cost. */
  | { kind: "exceeds_original"; ref: string; remaining: Nanos }
  | { kind: "ref_not_found"; ref: string }
  | { kind: "conflict" }
  | { kind: "reversed" }
  | { kind: "no_account" };

export type ReferenceOutcome =
  | (ReferencePosted & { kind: "done" | "replayed" })
  | (ReferenceRefusal & { opId: string });
