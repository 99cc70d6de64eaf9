import type { Nanos, Unrated } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { ExceededBudget, HoldState, SpendingPaused, WalletNumbers } from "../ledger/post-outcome.ts";

/** A field of the request that cannot be accepted. */
export type InvalidField = { kind: "validation_error"; field: string; message: string };

/** The wallet cannot pay, or may not be used; `topUpUrl` is where the customer changes that. */
export type MoneyRefusal =
  | (WalletNumbers & { kind: "insufficient_credits"; required: Nanos; topUpUrl: string })
  | (WalletNumbers & { kind: "debt_outstanding"; topUpUrl: string })
  | (WalletNumbers & { kind: "suspended"; because: "operator" | "debt"; topUpUrl: string })
  | (WalletNumbers & ExceededBudget & { kind: "budget_exceeded"; topUpUrl: string })
  | (WalletNumbers & SpendingPaused & { kind: "paused"; topUpUrl: string });

/** Why a hold cannot be settled, released or extended. */
export type HoldNotOpen =
  | { kind: "hold_not_open"; holdId: string; state: Exclude<HoldState, "unknown"> }
  | { kind: "hold_not_found"; holdId: string };

/** The key was used before: with another meaning, or for a debit that was given back in full. */
export type KeyRefusal =
  | { kind: "idempotency_conflict"; message: string }
  | { kind: "operation_reversed"; message: string };

/** Why a quote does not price this event. */
export type QuoteUnusable = {
  kind: "quote_unusable";
  reason: "not_ours" | "expired" | "used" | "mismatch";
  message: string;
};

/** The ledger could not be asked or did not answer in time: repeat the same request with the same key. */
export type LedgerBusy = { kind: "ledger_busy"; retryAfterSeconds: number };

/** Every expected way in which a report of usage is not debited. */
export type RecordUsageError =
  | ResolveCustomerError
  | InvalidField
  | Unrated
  | MoneyRefusal
  | HoldNotOpen
  | KeyRefusal
  | QuoteUnusable
  | LedgerBusy;
