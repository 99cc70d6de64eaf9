import { isDatabaseDown } from "@ratebook/billing";
import { TRPCError } from "@trpc/server";
import { ZodError } from "zod";
import type { AnyFailure } from "../any-failure.ts";
import { describeFailure, ExpectedFailure } from "../failures.ts";

/** An error as the REST wire tells it. `body` always is `{ success: false, error, code, details, … }`. */
export type ErrorAnswer = {
  status: number;
  body: { success: false; error: string; code: string; details: Record<string, unknown> } & Record<
    string,
    unknown
  >;
  headers: Record<string, string>;
  /** True for bugs and broken machines: to be logged, never shown. */
  unexpected: boolean;
};

/** Builds an answer in the one error shape. */
export function errorAnswer(
  status: number,
  code: string,
  error: string,
  more: {
    details?: Record<string, unknown>;
    fields?: Record<string, unknown>;
    headers?: Record<string, string>;
  } = {},
): ErrorAnswer {
  return {
    status,
    body: { ...more.fields, success: false, error, code, details: more.details ?? {} },
    headers: more.headers ?? {},
    unexpected: false,
  };
}

/** The answer to a body larger than its route takes. */
export const payloadTooLarge = (limitBytes: number): ErrorAnswer =>
  errorAnswer(413, "payload_too_large", `The body is larger than ${limitBytes} bytes.`, {
    details: { limitBytes },
  });

/**
 * Tells any thrown error to a REST client. Expected failures speak for themselves; anything else is a 500 that shows
 * neither message nor stack.
 */
export function describeError(error: unknown): ErrorAnswer {
  if (error instanceof TRPCError) return describeTrpcError(error);
  if (error instanceof ExpectedFailure) return expected(error);
  if (isDatabaseDown(error)) return unreachable();
  return unknown();
}

function describeTrpcError(error: TRPCError): ErrorAnswer {
  const { cause } = error;
  if (cause instanceof ExpectedFailure) return expected(cause);
  // A procedure's own schema refused what the route let through; a handler's parse of an answer would be a bug.
  if (cause instanceof ZodError && error.code === "BAD_REQUEST") return describeInvalid(cause);
  if (isDatabaseDown(cause)) return unreachable();
  return unknown();
}

const expected = ({ failure }: ExpectedFailure): ErrorAnswer => tell(failure);

/** Tells an expected failure by its row of the map. */
export function tell(failure: AnyFailure): ErrorAnswer {
  const told = describeFailure(failure);
  const headers = told.retryAfterSeconds === null ? {} : retryAfter(told.retryAfterSeconds);
  const fields =
    told.retryAfterSeconds === null ? told.fields : { ...told.fields, retryAfter: told.retryAfterSeconds };
  return errorAnswer(told.http, told.code, told.message, { details: told.details, fields, headers });
}

/** Tells a part of the request that its schema refused, each field by name. */
export function describeInvalid(error: ZodError): ErrorAnswer {
  const issues = error.issues.flatMap((issue) => {
    const field = issue.path.map(String).join(".");
    // An unknown key is reported at its parent; clients need the key itself.
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        field: field === "" ? key : `${field}.${key}`,
        message: "is not a known field",
      }));
    }
    return [{ field: field === "" ? "body" : field, message: issue.message }];
  });
  const first = issues[0] ?? { field: "body", message: "is not valid" };
  return errorAnswer(400, "validation_error", `${first.field}: ${first.message}`, {
    details: { field: first.field, issues: issues.slice(0, 50) },
  });
}

const unreachable = (): ErrorAnswer => tell({ kind: "database_unavailable", retryAfterSeconds: 5 });

const unknown = (): ErrorAnswer => ({
  ...errorAnswer(
    500,
    "internal_error",
    "Something went wrong on our side; the request id names the log entry.",
  ),
  unexpected: true,
});

const retryAfter = (seconds: number): Record<string, string> => ({
  "retry-after": String(Math.max(1, Math.ceil(seconds))),
});
