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

type BatchError = ResolveCustomerError | Undecided;

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
    results.push({ index, status: STATUSES[answer.error.kind], failure: answer.error });
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

type Undecided = Extract<RecordUsageError, { kind: "ledger_busy" }>;

const STATUSES: {
  [K in Exclude<RecordUsageError, Undecided>["kind"]]: "refused" | "unrated" | "invalid" | "conflict";
} = {
  insufficient_credits: "refused",
  debt_outstanding: "refused",
  suspended: "refused",
  budget_exceeded: "refused",
  paused: "refused",
  unrated: "unrated",
  idempotency_conflict: "conflict",
  operation_reversed: "conflict",
  hold_not_open: "conflict",
  quote_unusable: "conflict",
  hold_not_found: "invalid",
  access_denied: "invalid",
  customer_not_found: "invalid",
  customer_required: "invalid",
  validation_error: "invalid",
};
