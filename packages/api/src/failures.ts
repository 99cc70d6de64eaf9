import type { Result } from "@ratebook/core";
import { TRPCError } from "@trpc/server";
import type { AnyFailure } from "./any-failure.ts";

type TrpcCode = TRPCError["code"];

/** How one kind of expected failure is told through each door. */
export type Failure<E> = {
  trpc: TrpcCode;
  http: number;
  /** Machine-readable code on the REST wire. */
  code: string;
  /** One sentence for a person. */
  sentence: (failure: E) => string;
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
};

/** How a failure is told: its row, applied. */
export function describeFailure(failure: AnyFailure): {
  trpc: TrpcCode;
  http: number;
  code: string;
  message: string;
} {
  // The map is keyed by the same union, so the row found takes exactly this failure.
  const row = failures[failure.kind] as Failure<AnyFailure>;
  return { trpc: row.trpc, http: row.http, code: row.code, message: row.sentence(failure) };
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
