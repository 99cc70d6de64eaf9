import { afterDecline } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { autoTopUp, autoTopUpAttempt } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import type { Ctx } from "../ctx.ts";
import { failOrder } from "./fail-order.ts";
import type { OrderRow } from "./order.ts";
import type { Decline } from "./payment-rail.ts";
import { fromCents } from "./purchase-limits.ts";

/**
 * Ends a refill whose card was declined: keeps the bank's reason, and pauses or suspends what follows. Counts each
 * attempt once, however often the decline is told.
 */
export async function declineAttempt(
  ctx: Ctx,
  tx: Transaction,
  order: OrderRow,
  decline: Decline,
  cardId: string | null,
): Promise<Notice[]> {
  const now = ctx.clock();
  const ended = await tx
    .update(autoTopUpAttempt)
    .set({
      state: "declined",
      declineCode: decline.code,
      declineReason: decline.declineCode,
      message: decline.message,
      endedAt: now,
    })
    .where(and(eq(autoTopUpAttempt.orderId, order.id), eq(autoTopUpAttempt.state, "under_way")))
    .returning();
  await failOrder(tx, order.id, { code: decline.declineCode ?? decline.code, message: decline.message }, now);
  if (ended.length === 0) return [];
  const [settings] = await tx
    .select()
    .from(autoTopUp)
    .where(eq(autoTopUp.customerId, order.customerId))
    .for("update");
  if (settings === undefined) return [];
  const declines = settings.declines + 1;
  const next = afterDecline(declines, now);
  await tx
    .update(autoTopUp)
    .set({
      declines,
      declinedCard: cardId ?? settings.declinedCard,
      suspendedAt: next.suspended ? now : null,
      retryAt: next.suspended ? null : next.retryAt,
      updatedAt: now,
    })
    .where(eq(autoTopUp.customerId, order.customerId));
  const about = {
    key: `declined:${order.id}`,
    orderId: order.id,
    amount: fromCents(order.amountCents),
    reason: decline.message,
  };
  return [
    next.suspended
      ? { template: "auto_top_up_suspended", ...about }
      : { template: "auto_top_up_failed", ...about, retryAt: next.retryAt },
  ];
}
