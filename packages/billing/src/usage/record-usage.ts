import { must, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { recordUsageBatch } from "./record-usage-batch.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import type { RecordUsageError } from "./usage-error.ts";
import type { UsageReport } from "./usage-report.ts";

/**
 * Rates one usage report and debits the customer, once per idempotency key.
 *
 * Replaying a key returns the first answer and posts nothing; see `recordUsageBatch` for errors and policies.
 */
export async function recordUsage(
  ctx: Ctx,
  actor: Actor,
  report: UsageReport,
): Promise<Result<RecordedUsage, RecordUsageError>> {
  const answers = await recordUsageBatch(ctx, actor, [report]);
  return answers.ok ? must(answers.value[0], "one report is answered once") : answers;
}
