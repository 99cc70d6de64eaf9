import type { PaymentError } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import type { Failure } from "./failures.ts";
import { exactNumber } from "./rest/exact-number.ts";

/** What can go wrong with money in and back, beside what every area knows. */
export type PaymentFailure = Exclude<
  PaymentError,
  {
    kind:
      | "access_denied"
      | "customer_required"
      | "customer_not_found"
      | "validation_error"
      | "idempotency_conflict";
  }
>;

/** One row a kind. */
export const paymentFailures: {
  [K in PaymentFailure["kind"]]: Failure<Extract<PaymentFailure, { kind: K }>>;
} = {
  payments_not_configured: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "payments_not_configured",
    sentence: () => "Card payments are not configured on this server.",
  },
  provider_unavailable: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "payment_provider_unavailable",
    sentence: () =>
      "The payment provider did not answer; repeat the request with the same idempotency key and nothing is paid twice.",
    retryAfterSeconds: (it) => it.retryAfterSeconds,
  },
  provider_refused: {
    trpc: "CONFLICT",
    http: 409,
    code: "payment_refused",
    sentence: (it) => it.message,
    details: (it) => ({ reason: it.code }),
  },
  payment_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No ${it.what} of yours has the id ${it.id}.`,
  },
  payment_method_required: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "payment_method_required",
    sentence: (it) => it.message,
  },
  payment_method_in_use: {
    trpc: "CONFLICT",
    http: 409,
    code: "payment_method_in_use",
    sentence: (it) => it.message,
  },
  promotion_unusable: {
    trpc: "CONFLICT",
    http: 409,
    code: "promotion_unusable",
    sentence: (it) => it.message,
    details: (it) => ({ field: "promotionCode", reason: it.reason }),
  },
  not_refundable: { trpc: "CONFLICT", http: 409, code: "not_refundable", sentence: (it) => it.message },
  refund_exceeds_unspent: {
    trpc: "CONFLICT",
    http: 409,
    code: "refund_exceeds_unspent",
    sentence: (it) =>
      `Only $${formatUsd(it.refundable)} of this purchase are unspent; the rest would become debt, which takes the customer's consent.`,
    fields: (it) => ({ refundable: exactNumber(it.refundable), debt: exactNumber(it.debt) }),
  },
};
