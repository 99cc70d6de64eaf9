import { err, ok, type Result } from "@ratebook/core";
import { railCustomer, savedCard } from "@ratebook/db/schema";
import { and, count, eq, isNull } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import {
  fromRail,
  type PaymentsNotConfigured,
  type ProviderRefused,
  type ProviderUnavailable,
} from "../top-up/payment-error.ts";
import { syncCards } from "../top-up/sync-cards.ts";

export type TakeOverCardsInput = {
  /** Our id. */
  customerId: string;
  /** The card that the other system charged, by the rail's id. */
  cardId?: string | undefined;
};

export type TakeOverCardsError =
  | { kind: "access_denied"; message: string }
  | PaymentsNotConfigured
  | ProviderUnavailable
  | ProviderRefused
  /** The rail keeps no such card for this customer. */
  | { kind: "card_unknown"; message: string };

/**
 * Copies the cards that the rail keeps for a customer who was taken over, and makes the one that was charged before the
 * default. Operators only; nothing is charged, and auto top-up stays as it is.
 *
 * Repeating it copies the list again and leaves a default alone that was chosen since. A customer whom the rail does not
 * know has no cards.
 */
export async function takeOverCards(
  ctx: Pick<Ctx, "db" | "clock" | "rail">,
  actor: Actor,
  { customerId, cardId }: TakeOverCardsInput,
): Promise<Result<{ cards: number }, TakeOverCardsError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may take cards over." });
  }
  const { rail } = ctx;
  if (rail === undefined) return err({ kind: "payments_not_configured" });
  const [known] = await ctx.db
    .select({ railId: railCustomer.railId })
    .from(railCustomer)
    .where(
      and(
        eq(railCustomer.gateway, rail.name),
        eq(railCustomer.customerId, customerId),
        isNull(railCustomer.deletedAt),
      ),
    );
  if (known === undefined) return ok({ cards: 0 });
  const [copied] = await ctx.db
    .select({ cards: count() })
    .from(savedCard)
    .where(and(eq(savedCard.gateway, rail.name), eq(savedCard.customerId, customerId)));
  if (cardId !== undefined && copied?.cards === 0) {
    const listed = await rail.listCards(known.railId);
    if (!listed.ok) return fromRail(listed.error);
    const card = listed.value.find(({ id }) => id === cardId);
    if (card === undefined) {
      return err({ kind: "card_unknown", message: `${known.railId} has no card ${cardId}.` });
    }
    if (!card.isDefault) {
      const set = await rail.setDefaultCard({ customerId: known.railId, cardId });
      if (!set.ok) return fromRail(set.error);
    }
  }
  const synced = await syncCards(ctx, rail, { customerId, railId: known.railId });
  return synced.ok ? ok({ cards: synced.value.length }) : fromRail(synced.error);
}
