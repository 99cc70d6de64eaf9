import type { X402Error } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with a token payment, beside what every area knows. Nothing was taken. */
export type X402Failure = Exclude<
  X402Error,
  { kind: "access_denied" | "customer_required" | "customer_not_found" | "validation_error" }
>;

/** One row a kind. */
export const x402Failures: { [K in X402Failure["kind"]]: Failure<Extract<X402Failure, { kind: K }>> } = {
  x402_not_configured: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "x402_not_configured",
    sentence: () => "Payments by x402 are not configured on this server; no payment was taken.",
  },
  x402_unavailable: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "x402_unavailable",
    // The cause may name an address of ours; it is not for payers.
    sentence: () =>
      "The payment network cannot be reached just now; no payment was taken. Try again shortly.",
    retryAfterSeconds: () => 10,
  },
  invalid_payment_header: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "invalid_payment_header",
    sentence: (it) => `${it.message} No payment was taken.`,
    details: ({ reason }) => ({ reason }),
  },
  payment_already_used: {
    trpc: "CONFLICT",
    http: 409,
    code: "payment_already_used",
    sentence: (it) => it.message,
  },
  terms_already_paid: {
    trpc: "CONFLICT",
    http: 409,
    code: "terms_already_paid",
    sentence: (it) => it.message,
    details: ({ state }) => ({ state }),
  },
};
