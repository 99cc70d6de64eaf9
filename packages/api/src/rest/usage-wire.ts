import type { DebitLine, RecordedUsage } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { failed } from "../failures.ts";
import { IdempotencyKey } from "../inputs/billing.ts";
import { issueSentence } from "../issue-sentence.ts";
import { usdText } from "./money-schema.ts";

const debitLine = z
  .object({
    kind: z.enum(["usage", "fee", "volume", "outcome", "held", "named"]),
    meter: z.string().nullable(),
    quantity: z.string().nullable(),
    rate: z.object({ usd: z.string(), per: z.number() }).nullable(),
    upstream: usdText,
    markupBps: z.number().nullable(),
    amount: usdText,
    rateId: z.string().nullable(),
    rule: z.string().nullable(),
    conservative: z.boolean(),
  })
  .meta({
    id: "DebitLine",
    description: "One pool at its rate, rounded once; a debit is the sum of its lines",
  });

/** A recorded event on the wire. */
export const recordedUsage = z.object({
  id: z.uuid(),
  status: z.enum(["debited", "replayed", "parked", "shadow"]),
  reason: z.string().optional().meta({ description: "Why it has no price yet" }),
  message: z.string().optional().meta({ description: "The reason as a sentence; not on a replay" }),
  amount: usdText,
  debtIncurred: usdText,
  debt: usdText.optional().meta({ description: "What the customer owes, where it owes" }),
  late: z.boolean().optional().meta({ description: "The hold it settled had expired" }),
  balance: usdText,
  available: usdText,
  lines: z.array(debitLine),
  catalogueVersion: z.number().nullable(),
  policyVersion: z.number().nullable(),
  receipt: z.string().meta({ example: "/api/v1/receipts/0190a0c0-0000-7000-8000-000000000001" }),
});

export const debitLines = z.array(debitLine);

/** Writes a recorded event for the wire. */
export const wireUsage = (it: RecordedUsage): Record<string, unknown> => ({
  id: it.id,
  status: it.status,
  ...(it.reason !== null && { reason: it.reason }),
  ...(it.detail !== null && { message: `This usage has no price yet: ${it.detail}.` }),
  amount: formatUsd(it.amount),
  debtIncurred: formatUsd(it.debtIncurred),
  ...(it.debt > 0n && { debt: formatUsd(it.debt) }),
  ...(it.late && { late: true }),
  balance: formatUsd(it.balance),
  available: formatUsd(it.available),
  lines: it.lines.map(wireLine),
  catalogueVersion: it.catalogueVersion,
  policyVersion: it.policyVersion,
  receipt: `/api/v1/receipts/${it.id}`,
});

export const wireLine = (line: DebitLine): Record<string, unknown> => ({
  ...line,
  upstream: formatUsd(line.upstream),
  amount: formatUsd(line.amount),
});

type Keyed = { header: (name: string) => string | undefined; body: { idempotencyKey?: string | undefined } };

/**
 * The idempotency key of a request: the `Idempotency-Key` header, or the body's field. Throws the failure a door tells
 * where both name different keys, or the header none.
 */
export function keyOf(
  { header, body }: Keyed,
  schema: z.ZodType<string> = IdempotencyKey,
): string | undefined {
  const inHeader = header("idempotency-key");
  const problem = schema.optional().safeParse(inHeader, { error: issueSentence }).error?.issues[0];
  if (problem) throw failed({ kind: "validation_error", field: "Idempotency-Key", message: problem.message });
  const { idempotencyKey: inBody } = body;
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody) {
    throw failed({
      kind: "validation_error",
      field: "idempotencyKey",
      message: "is another key than the Idempotency-Key header names",
    });
  }
  return inHeader ?? inBody;
}

/** The key where an operation needs one. */
export function requiredKey(request: Keyed): string {
  const key = keyOf(request);
  if (key !== undefined) return key;
  throw failed({
    kind: "validation_error",
    field: "Idempotency-Key",
    message: "is required: send the header, or idempotencyKey in the body",
  });
}

export const KEY_HEADER = {
  "Idempotency-Key": {
    description:
      "Names this operation for ever: repeating it with the same meaning gives the first answer. Required, here or as `idempotencyKey`.",
  },
};
