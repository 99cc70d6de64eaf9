import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { SpendingSubject } from "../ledger/post-outcome.ts";
import { resolveKeeper } from "./budget-keeper.ts";
import type { BudgetError } from "./save-budget.ts";
import { findSubject, type NamedSubject } from "./spending-subject.ts";

export type PauseSpendingInput = NamedSubject & {
  customer?: string | undefined;
  /** Told to whoever is refused; null resumes. */
  reason: string | null;
};

/** Whether a subject is paused now, and whether this changed it. */
export type PauseState = {
  subject: SpendingSubject;
  subjectId: string | null;
  reason: string | null;
  changed: boolean;
};

/**
 * Pauses an organization, app, agent, member or key, or resumes it: while it is paused, gates and holds of it are refused
 * with the reason, from the next operation on. Usage that was served is recorded all the same. Repeating it changes nothing.
 */
export async function pauseSpending(
  ctx: Ctx,
  actor: Actor,
  { customer: named, ...input }: PauseSpendingInput,
): Promise<Result<PauseState, ResolveCustomerError | BudgetError>> {
  const customer = await resolveKeeper(ctx, actor, named);
  if (!customer.ok) return customer;
  return inTransaction(ctx.db, (tx) => pauseWithin(ctx, tx, actor, customer.value.id, input));
}

/** The same within a caller's transaction; the caller has decided that the actor may. */
export async function pauseWithin(
  ctx: Pick<Ctx, "clock" | "newId">,
  tx: Transaction,
  actor: Actor,
  customerId: string,
  { reason, ...named }: NamedSubject & { reason: string | null },
): Promise<Result<PauseState, BudgetError>> {
  const told = reason === null ? null : reason.trim();
  if (told === "") return err({ kind: "validation_error", field: "reason", message: "is required" });
  const found = await findSubject(tx, customerId, named);
  if (!found.ok) return found;
  const { subject } = named;
  const rows = await tx.execute<{ changed: boolean }>(sql`
    select ratebook.set_pause(${customerId}::uuid, ${subject}, ${found.value}, ${told},
      ${ctx.clock().toISOString()}::timestamptz) as changed`);
  const changed = rows[0]?.changed ?? false;
  if (changed) {
    await recordAudit(ctx, tx, actor, {
      action: told === null ? "spending.resume" : "spending.pause",
      subject: found.value === "" ? subject : `${subject}:${found.value}`,
      customerId,
      reason: told,
    });
  }
  const subjectId = found.value === "" ? null : found.value;
  return ok({ subject, subjectId, reason: told, changed });
}
