import type { Result } from "@ratebook/core";
import { TRPCError } from "@trpc/server";
import { alertFailures } from "./alert-failures.ts";
import type { AnyFailure } from "./any-failure.ts";
import { billingFailures } from "./billing-failures.ts";
import { budgetFailures } from "./budget-failures.ts";
import { catalogueFailures } from "./catalogue-failures.ts";
import { contractFailures } from "./contract-failures.ts";
import { invoiceFailures } from "./invoice-failures.ts";
import { paymentFailures } from "./payment-failures.ts";
import { resourceFailures } from "./resource-failures.ts";
import { x402Failures } from "./x402-failures.ts";

type TrpcCode = TRPCError["code"];

/** How one kind of expected failure is told through each door. */
export type Failure<E> = {
  trpc: TrpcCode;
  http: number;
  /** Machine-readable code on the REST wire. */
  code: string;
  /** One sentence for a person. */
  sentence: (failure: E) => string;
  /** What a program needs to know, under `details` on the REST wire. */
  details?: (failure: E) => Record<string, unknown>;
  /** Fields at the top of a REST answer, where clients expect them; may hold exact numbers. */
  fields?: (failure: E) => Record<string, unknown>;
  /** Sent as `Retry-After`. */
  retryAfterSeconds?: (failure: E) => number;
};

/** An expected failure on its way through a door; `failure` is the value the verb returned. */
export class ExpectedFailure extends Error {
  override name = "ExpectedFailure";
  readonly failure: AnyFailure;
  constructor(failure: AnyFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

type FailureMap = { [K in AnyFailure["kind"]]: Failure<Extract<AnyFailure, { kind: K }>> };

// One row a kind; a kind without a row does not compile.
const failures: FailureMap = {
  ...alertFailures,
  ...billingFailures,
  ...budgetFailures,
  ...catalogueFailures,
  ...contractFailures,
  ...invoiceFailures,
  ...paymentFailures,
  ...resourceFailures,
  ...x402Failures,
  access_denied: { trpc: "FORBIDDEN", http: 403, code: "access_denied", sentence: (it) => it.message },
  authentication_required: {
    trpc: "UNAUTHORIZED",
    http: 401,
    code: "authentication_required",
    sentence: (it) => it.message,
  },
  customer_required: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "validation_error",
    sentence: (it) => it.message,
  },
  customer_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No customer has the id ${it.customer}.`,
  },
  database_unavailable: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "service_unavailable",
    sentence: () => "The database cannot be reached just now; nothing was changed. Try again shortly.",
    retryAfterSeconds: (it) => it.retryAfterSeconds,
  },
  key_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No key has the id ${it.id}.`,
  },
  too_many_requests: {
    trpc: "TOO_MANY_REQUESTS",
    http: 429,
    code: "rate_limit_exceeded",
    sentence: (it) => `Too many requests; try again in ${it.retryAfterSeconds} seconds.`,
    retryAfterSeconds: (it) => it.retryAfterSeconds,
  },
  validation_error: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "validation_error",
    sentence: (it) => `${it.field}: ${it.message}`,
    details: (it) => ({ field: it.field, issues: [{ field: it.field, message: it.message }] }),
  },
};

/** A failure in the words of both doors. */
export type ToldFailure = {
  trpc: TrpcCode;
  http: number;
  code: string;
  message: string;
  details: Record<string, unknown>;
  fields: Record<string, unknown>;
  retryAfterSeconds: number | null;
};

/** How a failure is told: its row, applied. */
export function describeFailure(failure: AnyFailure): ToldFailure {
  // The map is keyed by the same union, so the row found takes exactly this failure.
  const row = failures[failure.kind] as Failure<AnyFailure>;
  return {
    trpc: row.trpc,
    http: row.http,
    code: row.code,
    message: row.sentence(failure),
    details: row.details?.(failure) ?? {},
    fields: row.fields?.(failure) ?? {},
    retryAfterSeconds: row.retryAfterSeconds?.(failure) ?? null,
  };
}

/** Turns an expected failure into the error a door knows how to tell; gives the value otherwise. */
export function unwrap<T>(result: Result<T, AnyFailure>): T {
  if (result.ok) return result.value;
  throw failed(result.error);
}

/** The error a door throws for an expected failure. */
export function failed(failure: AnyFailure): TRPCError {
  const { trpc, message } = describeFailure(failure);
  return new TRPCError({ code: trpc, message, cause: new ExpectedFailure(failure, message) });
}
