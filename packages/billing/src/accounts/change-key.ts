import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { and, eq, gt, isNull, or } from "drizzle-orm";
import type { Actor, Scope } from "../actor.ts";
import { type BudgetError, type BudgetTerms, saveBudgetWithin } from "../budgets/save-budget.ts";
import type { Ctx } from "../ctx.ts";
import { keyManagementDenied } from "./create-key.ts";
import { type KeyTerms, keyScopeProblem, keyTermsProblem } from "./key-rules.ts";
import { recordAudit } from "./record-audit.ts";
import type { KeyChangeError } from "./rotate-key.ts";

/** What is absent stays; null takes a limit or an end away. */
export type ChangeKeyInput = {
  id: string;
  name?: string | undefined;
  scopes?: readonly Scope[] | undefined;
  /** Sets the budget of its period; of a customer's key only. */
  budget?: BudgetTerms | undefined;
} & KeyTerms;

export type ChangeKeyError = KeyChangeError | BudgetError;

/**
 * Changes a key's name, rights, its own rate limit, its end, or its budget, from the next request on: all of it, or nothing.
 * Repeating it changes nothing. A member takes rights away, and leaves what an operator granted, but grants reading alone.
 */
export async function changeKey(
  ctx: Ctx,
  actor: Actor,
  { id, name, scopes, budget, requestsPerMinute, expiresAt }: ChangeKeyInput,
): Promise<Result<{ id: string }, ChangeKeyError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  const now = ctx.clock();
  const problem = keyTermsProblem(actor, { requestsPerMinute, expiresAt }, now);
  if (problem !== null) return err(problem);
  return inTransaction(ctx.db, async (tx): Promise<Result<{ id: string }, ChangeKeyError>> => {
    const before = await lockKey(tx, actor, id, now);
    if (before === null) return err({ kind: "key_not_found", id });
    const { customerId } = before;
    const wrong = scopes && keyScopeProblem(actor, before.kind, scopes, before.scopes);
    if (wrong) return err(wrong);
    if (budget !== undefined) {
      if (customerId === null) return err(NO_BUDGET);
      const of = { subject: "key", subjectId: id, ...budget } as const;
      const saved = await saveBudgetWithin(ctx, tx, actor, customerId, of);
      if (!saved.ok) return saved;
    }
    const after = {
      name: name ?? before.name,
      scopes: scopes === undefined ? before.scopes : [...scopes],
      requestsPerMinute: requestsPerMinute === undefined ? before.requestsPerMinute : requestsPerMinute,
      expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
    };
    const [was, is] = [noted(before), noted(after)];
    if (JSON.stringify(was) === JSON.stringify(is)) return ok({ id });
    await tx.update(apiKey).set(after).where(eq(apiKey.id, id));
    await recordAudit(ctx, tx, actor, {
      action: "api_key.update",
      subject: id,
      customerId,
      before: was,
      after: is,
    });
    return ok({ id });
  });
}

const NO_BUDGET = {
  kind: "validation_error",
  field: "budget",
  message: "a key of the platform spends for others",
} as const;

/** A key the actor manages that still works, locked; null where there is none. */
export async function lockKey(
  tx: Transaction,
  actor: Actor,
  id: string,
  now: Date,
): Promise<typeof apiKey.$inferSelect | null> {
  const [row] = await tx
    .select()
    .from(apiKey)
    .where(
      and(
        eq(apiKey.id, id),
        actor.kind === "member" ? eq(apiKey.customerId, actor.customerId) : undefined,
        isNull(apiKey.revokedAt),
        or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now)),
      ),
    )
    .for("update");
  return row ?? null;
}

type Noted = Pick<typeof apiKey.$inferSelect, "name" | "scopes" | "requestsPerMinute" | "expiresAt">;

const noted = ({ name, scopes, requestsPerMinute, expiresAt }: Noted) => ({
  name,
  // In one order, so that the same rights are no change.
  scopes: [...scopes].sort(),
  requestsPerMinute,
  expiresAt: expiresAt?.toISOString() ?? null,
});
