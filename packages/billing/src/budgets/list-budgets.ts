import { ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { SpendingSubject } from "../ledger/post-outcome.ts";
import { rollWallet } from "../ledger/roll-wallet.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Budget, readBudgets } from "./budget.ts";

export type ListBudgetsInput = {
  customer?: string | undefined;
  subject?: SpendingSubject | undefined;
  subjectId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** A customer's budgets with what their periods have spent by now, newest first. Holds that are due count as ended. */
export async function listBudgets(
  ctx: Ctx,
  actor: Actor,
  { customer: named, subject, subjectId, limit, cursor }: ListBudgetsInput,
): Promise<Result<{ items: Budget[]; nextCursor: string | null }, ResolveCustomerError | InvalidField>> {
  const customer = await resolveReadable(ctx, actor, named);
  if (!customer.ok) return customer;
  const after = readCursor(cursor, [UUID]);
  if (!after.ok) return after;
  const customerId = customer.value.id;
  const now = ctx.clock();
  await rollWallet(ctx, customerId, now);
  const found = await readBudgets(ctx.sql, {
    customerId,
    now,
    subject,
    subjectIds: subjectId === undefined ? undefined : [subjectId],
    before: after.value[0],
    limit: limit + 1,
  });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return ok({ items, nextCursor: found.length > items.length && last ? writeCursor([last.id]) : null });
}
