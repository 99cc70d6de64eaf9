import type { Transaction } from "@ratebook/db";
import { webhookDelivery, webhookEvent } from "@ratebook/db/schema";
import { and, eq, inArray, sql } from "drizzle-orm";

/**
 * Stops sending events that no longer hold, by the keys they were announced under; what was delivered stays delivered, and no
 * replay sends the others.
 * In the caller's transaction. Keys that announced nothing are passed over.
 */
export async function withdrawEvents(tx: Transaction, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const withdrawn = await tx
    .update(webhookEvent)
    .set({ mustAcknowledge: false, withdrawnAt: sql`now()` })
    .where(inArray(webhookEvent.key, [...keys]))
    .returning({ id: webhookEvent.id });
  if (withdrawn.length === 0) return;
  await tx
    .update(webhookDelivery)
    .set({ state: "failed", dueAt: null })
    .where(
      and(
        inArray(
          webhookDelivery.eventId,
          withdrawn.map(({ id }) => id),
        ),
        eq(webhookDelivery.state, "pending"),
      ),
    );
}
