import { ok, type Result } from "@ratebook/core";
import { inTransaction, x402Intent, x402Settlement } from "@ratebook/db";
import { and, asc, inArray, isNull, lt, lte } from "drizzle-orm";
import { advanceSettlement } from "./advance-settlement.ts";
import type { X402Ctx } from "./x402-outcome.ts";
import type { X402Unavailable } from "./x402-rail.ts";

/**
 * Finds payments again whose end nobody wrote down: after a crash, a facilitator without an answer, a failure that could
 * still turn into a payment. Several servers may sweep; each payment is taken by one.
 *
 * Terms that were never paid are forgotten.
 *
 * @returns how many were looked at and how many of them are settled now; nothing where x402 is off
 */
export async function sweepX402(
  ctx: X402Ctx,
  { limit }: { limit: number },
): Promise<Result<{ looked: number; settled: number }, X402Unavailable>> {
  const rail = ctx.x402;
  await dropUnpaidTerms(ctx);
  if (rail === undefined) return ok({ looked: 0, settled: 0 });
  const due = await takeDue(ctx, limit);
  if (due.length === 0) return ok({ looked: 0, settled: 0 });
  const token = await rail.describe();
  if (!token.ok) return token;
  let settled = 0;
  for (const row of due) {
    // Of another configuration: only that network can tell.
    if (row.network !== rail.network || row.asset !== rail.asset) continue;
    const after = await advanceSettlement(ctx, { rail, token: token.value }, row);
    if (after.state !== "settled") continue;
    settled += 1;
  }
  return ok({ looked: due.length, settled });
}

/** Forgets terms that nobody paid, a day after they ended. */
async function dropUnpaidTerms({ db, clock }: X402Ctx): Promise<void> {
  const yesterday = new Date(clock().getTime() - DAY_MS);
  await db
    .delete(x402Intent)
    .where(and(isNull(x402Intent.settlementId), lt(x402Intent.expiresAt, yesterday)));
}

/** Takes due rows for two minutes, so that no other server asks the same. */
async function takeDue(ctx: X402Ctx, limit: number) {
  const now = ctx.clock();
  return inTransaction(ctx.db, async (tx) => {
    const rows = await tx
      .select()
      .from(x402Settlement)
      .where(lte(x402Settlement.dueAt, now))
      .orderBy(asc(x402Settlement.dueAt))
      .limit(limit)
      .for("update", { skipLocked: true });
    if (rows.length === 0) return [];
    await tx
      .update(x402Settlement)
      .set({ dueAt: new Date(now.getTime() + TAKEN_MS) })
      .where(
        inArray(
          x402Settlement.id,
          rows.map(({ id }) => id),
        ),
      );
    return rows;
  });
}

const DAY_MS = 86_400_000;
const TAKEN_MS = 2 * 60_000;
