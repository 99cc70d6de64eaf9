import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { creditPack, customer as customerTable, paymentOrder, promotionUse } from "@ratebook/db/schema";
import { and, eq, or, sql } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { passFailpoint } from "./failpoint.ts";
import type { OpenedCheckout, OrderRequest, OrderRow } from "./order.ts";
import { isSold } from "./packs.ts";
import { requireRail, resolvePayer } from "./payer.ts";
import type { PaymentError } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";
import { choosePromotion } from "./promotions.ts";
import { dollars, fromCents, invalidPurchase, readPurchaseLimits, toCents } from "./purchase-limits.ts";
import { returnUrl, withOutcome } from "./return-url.ts";
import { startCheckout } from "./start-checkout.ts";

export type CreateCheckoutInput = {
  customer?: string | undefined;
  /** Slug or id of a pack; or an amount. Exactly one of both. */
  pack?: string | undefined;
  amount?: Nanos | undefined;
  promotionCode?: string | undefined;
  /** An address of an allowed origin, or `settings` or `billing`. */
  successUrl?: string | undefined;
  cancelUrl?: string | undefined;
  saveCard?: "offer" | "require" | "no" | undefined;
  /** Names this purchase within the customer for ever. */
  idempotencyKey?: string | undefined;
};

/**
 * Prices a purchase and opens the rail's page for it, one order per customer and key.
 *
 * Repeating a key gives the first order's page, or opens it where the first attempt got no answer. Nothing is credited:
 * that happens when the payment has settled.
 */
export async function createCheckout(
  ctx: Ctx,
  actor: Actor,
  input: CreateCheckoutInput,
): Promise<Result<OpenedCheckout, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, input.customer);
  if (!payer.ok) return payer;
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const success = returnUrl(ctx, input.successUrl, "success_url");
  if (!success.ok) return success;
  const cancel = returnUrl(ctx, input.cancelUrl ?? input.successUrl, "cancel_url");
  if (!cancel.ok) return cancel;
  const request: OrderRequest = {
    ask: "checkout",
    railCustomer: null,
    saveCard: { mode: input.saveCard ?? "offer", consent: SAVE_CARD_CONSENT },
    successUrl: withOutcome(success.value, "success"),
    cancelUrl: withOutcome(cancel.value, "canceled"),
  };
  const quoted = await quoteOrder(ctx, payer.value.id, rail.value, input, request);
  if (!quoted.ok) return quoted;
  passFailpoint(ctx, "purchase.quoted");
  return startCheckout(ctx, rail.value, quoted.value);
}

async function quoteOrder(
  ctx: Ctx,
  customerId: string,
  rail: PaymentRail,
  input: CreateCheckoutInput,
  request: OrderRequest,
): Promise<Result<OrderRow, PaymentError>> {
  const now = ctx.clock();
  const id = ctx.newId();
  const clientKey = input.idempotencyKey ?? id;
  const meaning = JSON.stringify([
    "checkout",
    input.pack ?? null,
    input.amount?.toString() ?? null,
    input.promotionCode?.trim().toUpperCase() ?? null,
  ]);
  const limits = await readPurchaseLimits(ctx);
  return inTransaction(ctx.db, async (tx): Promise<Result<OrderRow, PaymentError>> => {
    // One order at a time per customer: its key and its promotions' limits are decided here.
    await tx
      .select({ id: customerTable.id })
      .from(customerTable)
      .where(eq(customerTable.id, customerId))
      .for("update");
    const earlier = await findByKey(tx, customerId, clientKey);
    if (earlier !== null) return sameOrder(earlier, meaning, rail);
    const priced = await priceOf(tx, input, now);
    if (!priced.ok) return priced;
    const { price, pack } = priced.value;
    const invalid = invalidPurchase(price, limits, "amount");
    if (invalid) return err(invalid);
    const amountCents = toCents(price);
    const chosen = await choosePromotion(tx, {
      customerId,
      packId: pack?.id ?? null,
      priceCents: amountCents,
      code: input.promotionCode,
      at: now,
    });
    if (!chosen.ok) return chosen;
    const { bonus, promotion, code } = chosen.value;
    const [row] = await tx
      .insert(paymentOrder)
      .values({
        id,
        customerId,
        clientKey,
        meaning,
        kind: "checkout",
        gateway: rail.name,
        test: !rail.live,
        currency: "usd",
        amountCents,
        creditsNanos: price,
        bonusNanos: bonus + (pack?.bonusNanos ?? 0n),
        bonusExpiresAt: bonusEnd(promotion?.bonusDays ?? null, now),
        packId: pack?.id ?? null,
        title:
          pack === null ? `${dollars(price)} of credits` : `${pack.name} pack: ${dollars(price)} of credits`,
        state: "quoted",
        request,
        createdAt: now,
        // A crash before the rail is asked leaves an order that nobody waits for.
        dueAt: new Date(now.getTime() + QUOTE_LIFETIME_MS),
      })
      .returning();
    if (row === undefined) throw new Error("an order that was written is returned");
    if (promotion !== null) {
      await tx
        .insert(promotionUse)
        .values({ orderId: id, promotionId: promotion.id, customerId, code, createdAt: now });
    }
    return ok(row);
  });
}

async function findByKey(tx: Transaction, customerId: string, clientKey: string): Promise<OrderRow | null> {
  const where = and(eq(paymentOrder.customerId, customerId), eq(paymentOrder.clientKey, clientKey));
  const [row] = await tx.select().from(paymentOrder).where(where);
  return row ?? null;
}

/** An order is bound to what was asked and to the rail it was quoted for. */
function sameOrder(row: OrderRow, meaning: string, rail: PaymentRail): Result<OrderRow, PaymentError> {
  if (row.meaning === meaning && row.gateway === rail.name && row.test === !rail.live) return ok(row);
  return err({
    kind: "idempotency_conflict",
    message: "This idempotency key was used before for another purchase.",
  });
}

type PackRow = typeof creditPack.$inferSelect;

async function priceOf(
  tx: Transaction,
  { pack, amount }: CreateCheckoutInput,
  now: Date,
): Promise<Result<{ price: Nanos; pack: PackRow | null }, PaymentError>> {
  if ((pack === undefined) === (amount === undefined)) {
    const message = "name either a pack or an amount";
    return err({ kind: "validation_error", field: pack === undefined ? "amount" : "packId", message });
  }
  if (pack === undefined) return ok({ price: nanos(amount ?? 0n), pack: null });
  const [row] = await tx
    .select()
    .from(creditPack)
    .where(or(eq(creditPack.slug, pack), eq(sql`${creditPack.id}::text`, pack.toLowerCase())));
  if (row === undefined || !isSold(row, now)) {
    return err({ kind: "payment_not_found", what: "credit pack", id: pack });
  }
  return ok({ price: fromCents(row.priceCents), pack: row });
}

const bonusEnd = (days: number | null, now: Date): Date | null =>
  days === null ? null : new Date(now.getTime() + days * 86_400_000);

/** Shown beside the box that saves a card, and kept with the order. */
export const SAVE_CARD_CONSENT =
  "Save this card for later purchases and, if you switch it on, for automatic top-ups. You can remove it at any time.";
const QUOTE_LIFETIME_MS = 10 * 60_000;
