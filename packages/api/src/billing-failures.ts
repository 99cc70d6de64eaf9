import type { ReceiptNotFound, RecordUsageError, SpendingPaused } from "@ratebook/billing";
import { formatUsd, type Nanos } from "@ratebook/core";
import type { Failure } from "./failures.ts";
import { exactNumber } from "./rest/exact-number.ts";

/** What can go wrong with usage, holds, quotes and receipts, beside what every area knows. */
export type BillingFailure =
  | Exclude<
      RecordUsageError,
      { kind: "access_denied" | "customer_required" | "customer_not_found" | "validation_error" }
    >
  | ReceiptNotFound;

/** One row a kind. */
export const billingFailures: {
  [K in BillingFailure["kind"]]: Failure<Extract<BillingFailure, { kind: K }>>;
} = {
  insufficient_credits: {
    trpc: "PAYMENT_REQUIRED",
    http: 402,
    code: "insufficient_credits",
    sentence: () => "Insufficient credits",
    fields: (it) => ({
      required: exactNumber(it.required),
      requiredCredits: exactNumber(it.required),
      ...walletFields(it),
    }),
  },
  debt_outstanding: {
    trpc: "PAYMENT_REQUIRED",
    http: 402,
    code: "debt_outstanding",
    sentence: (it) => `Earlier usage of $${formatUsd(it.debt)} is still owed; top up to place new holds.`,
    fields: (it) => ({ debt: exactNumber(it.debt), ...walletFields(it) }),
  },
  suspended: {
    trpc: "PAYMENT_REQUIRED",
    http: 402,
    code: "suspended",
    sentence: (it) =>
      it.because === "debt"
        ? `This customer owes $${formatUsd(it.debt)}, more than its limit; top up to go on.`
        : "This customer is suspended by the operator.",
    details: ({ because }) => ({ because }),
    fields: (it) => ({ debt: exactNumber(it.debt), ...walletFields(it) }),
  },
  budget_exceeded: {
    trpc: "PAYMENT_REQUIRED",
    http: 402,
    code: "budget_exceeded",
    sentence: (it) =>
      `The ${PERIOD_WORDS[it.period]} budget of $${formatUsd(it.limit)} ${ofSubject(it)} has $${formatUsd(it.remaining)} left; it starts anew at ${it.resetsAt.toISOString()}.`,
    details: ({ budgetId, subject, subjectId, period, limit, remaining, resetsAt }) => ({
      budgetId,
      subject,
      subjectId: subjectId === "" ? null : subjectId,
      period,
      limit: formatUsd(limit),
      remaining: formatUsd(remaining),
      resetsAt,
    }),
    fields: walletFields,
  },
  paused: {
    trpc: "PAYMENT_REQUIRED",
    http: 402,
    code: "paused",
    sentence: (it) => `Spending ${ofSubject(it)} is paused: ${it.reason}`,
    details: ({ subject, subjectId, reason }) => ({
      subject,
      subjectId: subjectId === "" ? null : subjectId,
      reason,
    }),
    fields: walletFields,
  },
  unrated: {
    trpc: "CONFLICT",
    http: 409,
    code: "unrated",
    sentence: (it) => `This usage has no price: ${it.detail}.`,
    details: ({ reason, meter, detail }) => ({ reason, ...(meter !== undefined && { meter }), detail }),
    fields: ({ reason }) => ({ reason }),
  },
  hold_not_open: {
    trpc: "CONFLICT",
    http: 409,
    code: "hold_not_open",
    sentence: ({ state }) => `This hold is already ${state}.`,
    details: ({ holdId, state }) => ({ holdId, state }),
  },
  hold_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: ({ holdId }) => `No hold of this customer has the id ${holdId}.`,
  },
  idempotency_conflict: {
    trpc: "UNPROCESSABLE_CONTENT",
    http: 422,
    code: "idempotency_conflict",
    sentence: (it) => it.message,
  },
  operation_reversed: {
    trpc: "CONFLICT",
    http: 409,
    code: "operation_reversed",
    sentence: (it) => it.message,
  },
  quote_unusable: {
    trpc: "CONFLICT",
    http: 409,
    code: "quote_unusable",
    sentence: (it) => it.message,
    details: ({ reason }) => ({ field: "quoteId", reason }),
  },
  ledger_busy: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "service_unavailable",
    sentence: () => "The ledger cannot answer just now; repeat the request with the same idempotency key.",
    retryAfterSeconds: (it) => it.retryAfterSeconds,
  },
  receipt_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No usage of this customer has the id ${it.id}.`,
  },
};

const PERIOD_WORDS = { day: "daily", week: "weekly", month: "monthly" } as const;

const ofSubject = ({ subject, subjectId }: Pick<SpendingPaused, "subject" | "subjectId">): string =>
  subject === "organization" ? "of the organization" : `of ${subject} ${subjectId}`;

function walletFields(it: { available: Nanos; balance: Nanos; topUpUrl: string }): Record<string, unknown> {
  return {
    available: exactNumber(it.available),
    balance: exactNumber(it.balance),
    topUpUrl: it.topUpUrl,
    retryable: false,
  };
}
