import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { type Actor, hasScope } from "../actor.ts";
import { keeperDenied } from "../budgets/budget-keeper.ts";
import { pauseWithin } from "../budgets/pause-spending.ts";
import { type BudgetError, type BudgetTerms, saveBudgetWithin } from "../budgets/save-budget.ts";
import type { Ctx } from "../ctx.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/** What may be said of an agent or an app besides its name. */
export type SpendingWish = {
  /** Sets the budget of its period. */
  budget?: BudgetTerms | undefined;
  /** True pauses, and needs a reason where it is not paused yet; false resumes. */
  paused?: boolean | undefined;
  pauseReason?: string | undefined;
};

export type NameSubjectError = ResolveCustomerError | BudgetError;

type Named = { customer?: string | undefined; id: string } & SpendingWish;

/**
 * Names an agent or an app of a customer in one transaction with its budget and its pause: all of it is written, or
 * nothing.
 */
export async function nameSubject<T>(
  ctx: Ctx,
  actor: Actor,
  subject: "agent" | "app",
  { customer: named, id, budget, paused, pauseReason }: Named,
  write: (tx: Transaction, customerId: string) => Promise<T>,
): Promise<Result<T, NameSubjectError>> {
  const customer = await resolveWritable(ctx, actor, named);
  if (!customer.ok) return customer;
  const denied = budget === undefined && paused === undefined ? null : keeperDenied(actor);
  if (denied !== null) return err(denied);
  const customerId = customer.value.id;
  return inTransaction(ctx.db, async (tx): Promise<Result<T, NameSubjectError>> => {
    const written = await write(tx, customerId);
    if (budget !== undefined) {
      const saved = await saveBudgetWithin(ctx, tx, actor, customerId, { subject, subjectId: id, ...budget });
      if (!saved.ok) return saved;
    }
    if (paused !== undefined) {
      const reason = paused ? (pauseReason ?? "Paused") : null;
      const done = await pauseWithin(ctx, tx, actor, customerId, { subject, subjectId: id, reason });
      if (!done.ok) return done;
    }
    return ok(written);
  });
}

/** The customer whose agents and apps an actor may name: members of it, and keys that may report its usage. */
async function resolveWritable(
  ctx: Ctx,
  actor: Actor,
  named: string | undefined,
): ReturnType<typeof resolveCustomer> {
  const may = hasScope(actor, "usage:write") || (actor.kind === "service" && hasScope(actor, "usage:any"));
  if (actor.kind !== "member" && !may) {
    return err({ kind: "access_denied", message: "This credential lacks the scope usage:write." });
  }
  return resolveCustomer(ctx, actor, named);
}
