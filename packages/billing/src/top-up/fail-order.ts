import type { Transaction } from "@ratebook/db";
import { autoTopUpAttempt, paymentOrder, promotionUse } from "@ratebook/db/schema";
import { and, eq, ne } from "drizzle-orm";

/**
 * Ends an order that no money came for and gives its promotion back. A settled one stays settled; a payment that
 * succeeds after all still settles a failed one.
 *
 * @returns false where it is settled
 */
export async function failOrder(
  tx: Transaction,
  orderId: string,
  reason: { code: string | null; message: string },
  now: Date,
): Promise<boolean> {
  const failed = await tx
    .update(paymentOrder)
    .set({
      state: "failed",
      failureCode: reason.code,
      failureMessage: reason.message,
      url: null,
      dueAt: null,
    })
    .where(and(eq(paymentOrder.id, orderId), ne(paymentOrder.state, "settled")))
    .returning({ id: paymentOrder.id });
  if (failed.length === 0) return false;
  await tx.delete(promotionUse).where(eq(promotionUse.orderId, orderId));
  await tx
    .update(autoTopUpAttempt)
    .set({ state: "failed", message: reason.message, endedAt: now })
    .where(and(eq(autoTopUpAttempt.orderId, orderId), eq(autoTopUpAttempt.state, "under_way")));
  return true;
}
