import {
  type Actor,
  type Ctx,
  type RecordedUsage,
  type RecordUsageError,
  type ResolveCustomerError,
  recordUsageBatch,
  type UsageReport,
} from "@ratebook/billing";
import { err, must, ok, type Result } from "@ratebook/core";
import type { z } from "zod";
import type { AnyFailure } from "./any-failure.ts";
import { type DebitBatchInput, DebitInput } from "./inputs/billing.ts";

/** What became of one event of a batch. */
export type BatchResult =
  | ({ index: number } & RecordedUsage)
  | { index: number; status: "refused" | "unrated" | "invalid" | "conflict"; failure: AnyFailure };

type BatchError = ResolveCustomerError | Extract<RecordUsageError, { kind: "ledger_busy" }>;

/**
 * Parses each event by itself and records the well-formed ones together, so that one bad event never hides the others.
 *
 * Fails as a whole where the credential may report no usage, and with `ledger_busy` where any event could not be
 * decided: repeating the whole batch is safe, because every event has its key.
 */
export async function debitBatch(
  ctx: Ctx,
  actor: Actor,
  input: z.output<typeof DebitBatchInput>,
): Promise<Result<{ results: BatchResult[] }, BatchError>> {
  const parsed = input.events.map((event) => parseEvent(event, input));
  const reports = parsed.flatMap((event) => (event.ok ? [event.value] : []));
  const recorded = await recordUsageBatch(ctx, actor, reports);
  if (!recorded.ok) return recorded;
  const answers = recorded.value.values();
  const results: BatchResult[] = [];
  for (const [index, event] of parsed.entries()) {
    const answer = event.ok
      ? must(answers.next().value, "every well-formed event is answered in order")
      : event;
    if (answer.ok) {
      results.push({ index, ...answer.value });
      continue;
    }
    if (answer.error.kind === "ledger_busy") return err(answer.error);
    results.push({ index, status: statusOf(answer.error), failure: answer.error });
  }
  return ok({ results });
}

function parseEvent(
  event: unknown,
  { customer, shadow }: { customer?: string | undefined; shadow?: boolean | undefined },
): Result<UsageReport, RecordUsageError> {
  const parsed = DebitInput.safeParse(event);
  if (parsed.success) {
    const { data } = parsed;
    data.customer ??= customer;
    data.shadow ??= shadow;
    return ok(data);
  }
  const [issue] = parsed.error.issues;
  const keys = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...keys].map(String).join(".") || "event";
  const message = keys.length > 0 ? "is not a known field" : (issue?.message ?? "is not a usage event");
  return err({ kind: "validation_error", field, message });
}

function statusOf(error: RecordUsageError): "refused" | "unrated" | "invalid" | "conflict" {
  switch (error.kind) {
    case "insufficient_credits":
    case "debt_outstanding":
    case "suspended":
    case "budget_exceeded":
      return "refused";
    case "unrated":
      return "unrated";
    case "idempotency_conflict":
    case "operation_reversed":
    case "hold_not_open":
    case "quote_unusable":
      return "conflict";
    default:
      return "invalid";
  }
}
