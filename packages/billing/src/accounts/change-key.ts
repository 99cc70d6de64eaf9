import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { and, eq, gt, isNull, or } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { keyManagementDenied } from "./create-key.ts";
import { type KeyTerms, keyTermsProblem } from "./key-rules.ts";
import { recordAudit } from "./record-audit.ts";
import type { KeyChangeError } from "./rotate-key.ts";

/** What is absent stays; null takes a limit or an end away. */
export type ChangeKeyInput = { id: string; name?: string | undefined } & KeyTerms;

/** Changes a key's name, its own rate limit, or its end, from the next request on. Repeating it changes nothing. */
export async function changeKey(
  ctx: Ctx,
  actor: Actor,
  { id, name, requestsPerMinute, expiresAt }: ChangeKeyInput,
): Promise<Result<{ id: string }, KeyChangeError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  const now = ctx.clock();
  const problem = keyTermsProblem(actor, { requestsPerMinute, expiresAt }, now);
  if (problem !== null) return err(problem);
  return inTransaction(ctx.db, async (tx): Promise<Result<{ id: string }, KeyChangeError>> => {
    const before = await lockKey(tx, actor, id, now);
    if (before === null) return err({ kind: "key_not_found", id });
    const after = {
      name: name ?? before.name,
      requestsPerMinute: requestsPerMinute === undefined ? before.requestsPerMinute : requestsPerMinute,
      expiresAt: expiresAt === undefined ? before.expiresAt : expiresAt,
    };
    const [was, is] = [noted(before), noted(after)];
    if (JSON.stringify(was) === JSON.stringify(is)) return ok({ id });
    await tx.update(apiKey).set(after).where(eq(apiKey.id, id));
    const { customerId } = before;
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

const noted = (key: { name: string; requestsPerMinute: number | null; expiresAt: Date | null }) => ({
  name: key.name,
  requestsPerMinute: key.requestsPerMinute,
  expiresAt: key.expiresAt?.toISOString() ?? null,
});
