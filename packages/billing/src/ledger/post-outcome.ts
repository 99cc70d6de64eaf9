import type { Nanos } from "@ratebook/core";
import type { LedgerOp } from "./ledger-op.ts";

/** What an entry did: an operation's kind, or one the ledger makes by itself. */
export type EntryKind = LedgerOp["kind"] | "hold_expired" | "forfeit" | "debt_incurred" | "debt_repaid";

/** The wallet as an operation left it, or as a refused one found it. */
export type WalletNumbers = { balance: Nanos; held: Nanos; available: Nanos; debt: Nanos };

/** What an operation did. A replay carries exactly the numbers of the first time. */
export type Posted = WalletNumbers & {
  opId: string;
  /** Usually the operation's kind. A replayed debit or settle says `parked` where the first attempt was parked. */
  entryKind: EntryKind;
  /** Of the operation's entry within its wallet. */
  seq: bigint;
  /** What left the balance; negative where credits were added. */
  amountTaken: Nanos;
  debtIncurred: Nanos;
  /** Older debt that credits freed or added by this operation repaid. */
  debtRepaid: Nanos;
  /** A settle of an expired hold. */
  late: boolean;
  /** Levels of `watch_below` that available fell below with this operation; empty on a replay. */
  crossedBelow: readonly Nanos[];
  /** Of the hold placed or extended. */
  expiresAt: Date | null;
  createdAt: Date;
};

/** Whose spending is limited. A member is a person as usage names them. */
export type SpendingSubject = "organization" | "app" | "agent" | "member" | "key";

/** A UTC day, a week from Monday 00:00 UTC, or a UTC month. */
export type BudgetPeriod = "day" | "week" | "month";

/** The hard budget without room for an operation. */
export type ExceededBudget = {
  budgetId: string;
  subject: SpendingSubject;
  /** Empty for the organization. */
  subjectId: string;
  period: BudgetPeriod;
  limit: Nanos;
  /** Less what holds reserve. */
  remaining: Nanos;
  resetsAt: Date;
};

/** Who may spend nothing beforehand, and why. */
export type SpendingPaused = { subject: SpendingSubject; subjectId: string; reason: string };

/** Why a hold cannot be settled, released or extended; an expired one can still be settled for 7 days. */
export type HoldState = "settled" | "released" | "expired" | "unknown";

/** A refusal writes nothing; its key works again once the cause is gone. */
export type PostRefusal =
  | (WalletNumbers & { kind: "insufficient"; opId: string; required: Nanos })
  | (WalletNumbers & { kind: "debt_outstanding"; opId: string })
  | (WalletNumbers & { kind: "suspended"; opId: string; because: "operator" | "debt" })
  | (WalletNumbers & ExceededBudget & { kind: "budget_exceeded"; opId: string })
  | (WalletNumbers & SpendingPaused & { kind: "paused"; opId: string })
  | { kind: "hold_not_open"; opId: string; holdId: string; state: HoldState }
  /** A grant that would give back more than the debit it names cost; `remaining` may still be given back. */
  | { kind: "exceeds_original"; opId: string; ref: string; remaining: Nanos }
  /** The grant to revoke, or the debit to give back, does not exist in this wallet. */
  | { kind: "ref_not_found"; opId: string; ref: string }
  /** The op id was used for another kind, ref or meaning. */
  | { kind: "conflict"; opId: string }
  /** The op id's debit was given back in full. */
  | { kind: "reversed"; opId: string }
  | { kind: "no_account"; opId: string };

/** The ledger could not be asked, or did not answer in time. Repeat the same op id. */
export type PostUnavailable =
  | { kind: "overloaded"; opId: string; retryAfterSeconds: number }
  | { kind: "unavailable"; opId: string; retryAfterSeconds: number };

export type PostOutcome =
  | (Posted & { kind: "done" })
  | (Posted & { kind: "replayed" })
  | PostRefusal
  | PostUnavailable;
