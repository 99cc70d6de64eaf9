import { err, ok, type Result } from "@ratebook/core";
import { autoTopUp, paymentConsent, savedCard } from "@ratebook/db/schema";
import { and, desc, eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { SAVE_CARD_CONSENT } from "./create-checkout.ts";
import { payerLabel, requireRail, resolvePayer } from "./payer.ts";
import { fromRail, type PaymentError } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";
import { ensureRailCustomer } from "./rail-customer.ts";
import { returnUrl, withOutcome } from "./return-url.ts";
import { syncCards } from "./sync-cards.ts";

/** A saved card as the doors show it. */
export type SavedCard = {
  id: string;
  brand: string;
  lastFour: string;
  expiryMonth: number;
  expiryYear: number;
  isDefault: boolean;
  createdAt: Date;
};

/** A customer's saved cards, the default first; none where no payments are configured. */
export async function listCards(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<SavedCard[], PaymentError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  return ok(ctx.rail === undefined ? [] : await readCards(ctx, ctx.rail, customer.value.id));
}

/** The copied list, the default first. */
export async function readCards(
  ctx: Pick<Ctx, "db">,
  rail: PaymentRail,
  customerId: string,
): Promise<SavedCard[]> {
  const rows = await ctx.db
    .select()
    .from(savedCard)
    .where(and(eq(savedCard.gateway, rail.name), eq(savedCard.customerId, customerId)))
    .orderBy(desc(savedCard.isDefault), desc(savedCard.createdAt), savedCard.cardId)
    .limit(100);
  return rows.map(({ cardId, brand, lastFour, expiryMonth, expiryYear, isDefault, createdAt }) => ({
    id: cardId,
    brand,
    lastFour,
    expiryMonth,
    expiryYear,
    isDefault,
    createdAt,
  }));
}

export type CardInput = { customer?: string | undefined; paymentMethodId: string };

/** Opens the rail's page on which a card is saved and nothing is paid; the consent shown there is kept. */
export async function setupCard(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; returnUrl?: string | undefined },
): Promise<Result<{ sessionId: string; url: string | null }, PaymentError>> {
  const found = await payerOnRail(ctx, actor, input.customer);
  if (!found.ok) return found;
  const { rail, railId, customerId } = found.value;
  const back = returnUrl(ctx, input.returnUrl, "returnUrl");
  if (!back.ok) return back;
  const opened = await rail.openSetup({
    customerId: railId,
    consent: SAVE_CARD_CONSENT,
    successUrl: withOutcome(back.value, "success"),
    cancelUrl: withOutcome(back.value, "canceled"),
    idempotencyKey: `setup:${ctx.newId()}`,
  });
  if (!opened.ok) return fromRail(opened.error);
  await ctx.db.insert(paymentConsent).values({
    id: ctx.newId(),
    customerId,
    purpose: "save_card",
    text: SAVE_CARD_CONSENT,
    givenBy: payerLabel(actor),
    givenAt: ctx.clock(),
  });
  return ok({ sessionId: opened.value.id, url: opened.value.url });
}

/** Saves a card that the rail's own form made. Saving it again changes nothing. */
export async function attachCard(
  ctx: Ctx,
  actor: Actor,
  input: CardInput,
): Promise<Result<SavedCard[], PaymentError>> {
  const found = await payerOnRail(ctx, actor, input.customer);
  if (!found.ok) return found;
  const { rail, railId } = found.value;
  const card = await rail.readCard(input.paymentMethodId);
  if (!card.ok && card.error.kind !== "rail_not_found") return fromRail(card.error);
  const owner = card.ok ? card.value.customerId : null;
  // A card of somebody else is treated as one that does not exist.
  if (owner !== null && owner !== railId) return notFound(input.paymentMethodId);
  if (owner === null) {
    // What cannot be read may still be attached: the rails' test cards are names for a new card each.
    const attached = await rail.attachCard({ customerId: railId, cardId: input.paymentMethodId });
    if (!attached.ok) {
      return attached.error.kind === "rail_not_found"
        ? notFound(input.paymentMethodId)
        : fromRail(attached.error);
    }
  }
  return resync(ctx, found.value);
}

/** Forgets a card, unless auto top-up is on and has no other. */
export async function removeCard(
  ctx: Ctx,
  actor: Actor,
  input: CardInput,
): Promise<Result<SavedCard[], PaymentError>> {
  const found = await payerOnRail(ctx, actor, input.customer);
  if (!found.ok) return found;
  const { rail, customerId } = found.value;
  const cards = await readCards(ctx, rail, customerId);
  if (!cards.some((card) => card.id === input.paymentMethodId)) return notFound(input.paymentMethodId);
  const [rule] = await ctx.db.select().from(autoTopUp).where(eq(autoTopUp.customerId, customerId));
  if (rule?.enabled === true && cards.length === 1) {
    const message = "Auto top-up charges this card: switch it off, or save another card first.";
    return err({ kind: "payment_method_in_use", message });
  }
  const detached = await rail.detachCard(input.paymentMethodId);
  const gone = !detached.ok && detached.error.kind === "rail_not_found";
  if (!detached.ok && !gone) return fromRail(detached.error);
  return resync(ctx, found.value);
}

/** Chooses the card that auto top-up charges. */
export async function setDefaultCard(
  ctx: Ctx,
  actor: Actor,
  input: CardInput,
): Promise<Result<SavedCard[], PaymentError>> {
  const found = await payerOnRail(ctx, actor, input.customer);
  if (!found.ok) return found;
  const { rail, railId, customerId } = found.value;
  const cards = await readCards(ctx, rail, customerId);
  if (!cards.some((card) => card.id === input.paymentMethodId)) return notFound(input.paymentMethodId);
  const set = await rail.setDefaultCard({ customerId: railId, cardId: input.paymentMethodId });
  if (!set.ok) return fromRail(set.error);
  return resync(ctx, found.value);
}

type PayerOnRail = { rail: PaymentRail; railId: string; customerId: string };

async function payerOnRail(
  ctx: Ctx,
  actor: Actor,
  named: string | undefined,
): Promise<Result<PayerOnRail, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, named);
  if (!payer.ok) return payer;
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const railId = await ensureRailCustomer(ctx, rail.value, payer.value.id);
  if (!railId.ok) return railId;
  return ok({ rail: rail.value, railId: railId.value, customerId: payer.value.id });
}

async function resync(
  ctx: Ctx,
  { rail, railId, customerId }: PayerOnRail,
): Promise<Result<SavedCard[], PaymentError>> {
  const synced = await syncCards(ctx, rail, {
    customerId,
    railId,
  });
  return synced.ok ? ok(await readCards(ctx, rail, customerId)) : fromRail(synced.error);
}

const notFound = (id: string) => err({ kind: "payment_not_found", what: "payment method", id } as const);
