import type { Transaction } from "@ratebook/db";
import { autoTopUp, paymentDispute } from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { DEFAULT_RULE } from "./auto-top-up-rule.ts";
import type { OrderRow } from "./order.ts";

/**
 * Stops auto top-up while a dispute of this order is open or lost, and lets it go on where it was won. It never switches
 * anything on: a frozen rule that was off stays off.
 */
export async function freezeForDisputes(
  ctx: Pick<Ctx, "clock">,
  tx: Transaction,
  order: OrderRow,
): Promise<void> {
  const disputes = await tx
    .select({ railId: paymentDispute.railId, state: paymentDispute.state })
    .from(paymentDispute)
    .where(and(eq(paymentDispute.gateway, order.gateway), eq(paymentDispute.orderId, order.id)));
  for (const { railId, state } of disputes) {
    await freeze(ctx, tx, order.customerId, `dispute:${railId}`, state === "open" || state === "lost");
  }
}

/** Adds or removes one reason for auto top-up to stand still. */
export async function freeze(
  ctx: Pick<Ctx, "clock">,
  tx: Pick<Transaction, "insert" | "update">,
  customerId: string,
  reason: string,
  stop: boolean,
): Promise<void> {
  const now = ctx.clock();
  const without = sql`array_remove(${autoTopUp.frozenBy}, ${reason})`;
  if (!stop) {
    await tx
      .update(autoTopUp)
      .set({ frozenBy: without, updatedAt: now })
      .where(eq(autoTopUp.customerId, customerId));
    return;
  }
  // A rule that does not exist yet must be born frozen.
  await tx
    .insert(autoTopUp)
    .values({ customerId, enabled: false, ...DEFAULT_RULE, frozenBy: [reason], updatedAt: now })
    .onConflictDoUpdate({
      target: autoTopUp.customerId,
      set: { frozenBy: sql`array_append(${without}, ${reason})`, updatedAt: now },
    });
}
