import { nanos } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { type AlertCtx, tellByAlerts } from "../alerts/tell-falls.ts";
import { readBudgets } from "./budget.ts";

/** What the ledger saw of a budget: a percentage of its limit that a period's spending reached. */
export type BudgetReached = {
  customerId: string;
  budgetId: string;
  periodStart: Date;
  resetsAt: Date;
  limit: bigint;
  spent: bigint;
  percent: number;
};

/**
 * Tells a customer that a budget's period reached a percentage, once for each period, percentage and limit, however often
 * it is reported. A budget that was removed meanwhile is passed over.
 */
export async function noticeBudget(
  ctx: AlertCtx,
  { customerId, budgetId, limit, spent, ...reached }: BudgetReached,
): Promise<void> {
  const [budget] = await readBudgets(ctx.sql, { customerId, now: ctx.clock(), ids: [budgetId], limit: 1 });
  if (budget === undefined) return;
  const { subject, subjectId, name, period, hard } = budget;
  await inTransaction(ctx.db, (tx) =>
    tellByAlerts(ctx, tx, customerId, {
      template: "budget_reached",
      key: `budget:${budgetId}:${reached.periodStart.toISOString()}:${reached.percent}:${limit}`,
      budgetId,
      subject,
      subjectId,
      name,
      period,
      hard,
      limit: nanos(limit),
      spent: nanos(spent),
      ...reached,
    }),
  );
}
