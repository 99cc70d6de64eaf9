import { ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { autoTopUp, railCustomer, savedCard } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { PaymentRail, RailCard, RailError } from "./payment-rail.ts";

/**
 * Copies the rail's list of a customer's cards. The first card becomes the default; another card than the one that was
 * declined lets a suspended auto top-up go on, and never switches one on.
 */
export async function syncCards(
  ctx: Pick<Ctx, "db" | "clock">,
  rail: PaymentRail,
  { customerId, railId }: { customerId: string; railId: string },
): Promise<Result<RailCard[], RailError>> {
  const listed = await rail.listCards(railId);
  if (!listed.ok) return listed;
  const cards = await withDefault(rail, railId, listed.value);
  if (!cards.ok) return cards;
  await inTransaction(ctx.db, async (tx) => {
    // One copy at a time.
    const of = and(eq(railCustomer.gateway, rail.name), eq(railCustomer.customerId, customerId));
    await tx.select().from(railCustomer).where(of).for("update");
    const before = await tx
      .delete(savedCard)
      .where(and(eq(savedCard.gateway, rail.name), eq(savedCard.customerId, customerId)))
      .returning();
    if (cards.value.length > 0) {
      await tx.insert(savedCard).values(
        cards.value.map((card) => ({
          gateway: rail.name,
          cardId: card.id,
          customerId,
          brand: card.brand,
          lastFour: card.lastFour,
          expiryMonth: card.expiryMonth,
          expiryYear: card.expiryYear,
          fingerprint: card.fingerprint,
          isDefault: card.isDefault,
          createdAt: card.createdAt,
        })),
      );
    }
    const now = cards.value.find((card) => card.isDefault);
    const [rule] = await tx
      .select()
      .from(autoTopUp)
      .where(eq(autoTopUp.customerId, customerId))
      .for("update");
    if (rule === undefined || now === undefined || rule.declines === 0) return;
    const known = before.find((card) => card.cardId === rule.declinedCard);
    const sameNumber = known?.fingerprint != null && known.fingerprint === now.fingerprint;
    if (now.id === rule.declinedCard || sameNumber) return;
    await tx
      .update(autoTopUp)
      .set({ declines: 0, retryAt: null, suspendedAt: null, updatedAt: ctx.clock() })
      .where(eq(autoTopUp.customerId, customerId));
  });
  return cards;
}

/** Chooses the newest card where none is the default. */
async function withDefault(
  rail: PaymentRail,
  railId: string,
  cards: readonly RailCard[],
): Promise<Result<RailCard[], RailError>> {
  const [newest] = cards;
  if (newest === undefined || cards.some((card) => card.isDefault)) return ok([...cards]);
  const set = await rail.setDefaultCard({ customerId: railId, cardId: newest.id });
  if (!set.ok) return set;
  return ok(cards.map((card) => ({ ...card, isDefault: card.id === newest.id })));
}
