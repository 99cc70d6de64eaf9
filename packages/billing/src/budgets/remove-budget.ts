import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveKeeper } from "./budget-keeper.ts";

export type BudgetNotFound = { kind: "budget_not_found"; id: string };

/**
 * Removes a budget with what it counted. One that is made for the subject later starts with the period's usage again.
 *
 * @returns `budget_not_found` for another customer's, and for one that is removed already
 */
export async function removeBudget(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; id: string },
): Promise<Result<{ id: string }, ResolveCustomerError | BudgetNotFound>> {
  const customer = await resolveKeeper(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const { id } = input;
  return inTransaction(ctx.db, async (tx): Promise<Result<{ id: string }, BudgetNotFound>> => {
    const [removed] = await tx.execute<{ budget_id: string | null; before: Record<string, unknown> }>(sql`
      select b.budget_id, jsonb_build_object('subject', b.subject, 'subjectId', nullif(b.subject_id, ''),
        'period', b.period, 'limitNanos', b.limit_nanos::text, 'hard', b.hard) as before
      from ratebook.remove_budget(${customerId}::uuid, ${id}::uuid) b`);
    if (removed?.budget_id == null) return err({ kind: "budget_not_found", id });
    const { before } = removed;
    await recordAudit(ctx, tx, actor, { action: "budget.remove", subject: id, customerId, before });
    return ok({ id });
  });
}
