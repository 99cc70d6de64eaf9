import { z } from "zod";
import type { ErrorAnswer } from "./errors.ts";

/**
 * A failure as OTLP/HTTP senders expect it: a `google.rpc.Status` in JSON, with the fields that were refused, or else our
 * own code, as its details (https://opentelemetry.io/docs/specs/otlp/#failures, read 2026-11-29).
 */
export function rpcStatus({ status, body }: ErrorAnswer): RpcStatus {
  const issues = Issues.safeParse(body.details["issues"] ?? [body.details]);
  const fieldViolations = issues.success
    ? issues.data.map(({ field, message }) => ({ field, description: message ?? body.error }))
    : [];
  return {
    code: CODES[status] ?? (status < 500 ? INVALID_ARGUMENT : INTERNAL),
    message: body.error,
    details: [
      fieldViolations.length > 0
        ? { "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations }
        : { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: body.code, domain: "ratebook" },
    ],
  };
}

export const RpcStatus = z
  .looseObject({
    code: z.int().meta({ description: "Of google.rpc.Code", example: 3 }),
    message: z.string().meta({ description: "One sentence" }),
    details: z.array(z.looseObject({ "@type": z.string() })),
  })
  .meta({ id: "RpcStatus", description: "A failure as OTLP/HTTP tells it" });
type RpcStatus = z.output<typeof RpcStatus>;

const Issues = z.array(z.object({ field: z.string(), message: z.string().optional() }));

const INVALID_ARGUMENT = 3;
const INTERNAL = 13;
/** HTTP status → google.rpc.Code. */
const CODES: { [status: number]: number } = {
  401: 16,
  403: 7,
  404: 5,
  405: 12,
  409: 9,
  413: 8,
  429: 8,
  500: INTERNAL,
  503: 14,
};
