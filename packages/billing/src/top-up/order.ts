import { type Nanos, nanos } from "@ratebook/core";
import type { ORDER_STATES, paymentOrder } from "@ratebook/db/schema";
import { z } from "zod";
import { fromCents } from "./purchase-limits.ts";

export type OrderRow = typeof paymentOrder.$inferSelect;
export type OrderState = (typeof ORDER_STATES)[number];

/** A purchase as the doors show it. */
export type Order = {
  id: string;
  customerId: string;
  kind: "checkout" | "auto_top_up" | "subscription";
  gateway: "stripe" | "sandbox";
  state: OrderState;
  title: string;
  /** What the rail takes. */
  amount: Nanos;
  /** Purchased credits. */
  credits: Nanos;
  bonus: Nanos;
  refunded: Nanos;
  disputed: Nanos;
  /** Purchased and promotional credits taken back by refunds and disputes. */
  takenBack: Nanos;
  card: { brand: string; lastFour: string } | null;
  checkoutId: string | null;
  paymentId: string | null;
  url: string | null;
  failure: { code: string | null; message: string } | null;
  /** Why the rail's payment was not accepted for this order. */
  mismatch: string | null;
  createdAt: Date;
  settledAt: Date | null;
  expiresAt: Date | null;
};

/** An order's row in the words of the doors. */
export const orderOf = (row: OrderRow): Order => ({
  id: row.id,
  customerId: row.customerId,
  kind: row.kind,
  gateway: row.gateway,
  state: row.state,
  title: row.title,
  amount: fromCents(row.amountCents),
  credits: nanos(row.creditsNanos),
  bonus: nanos(row.bonusNanos),
  refunded: fromCents(row.refundedCents),
  disputed: fromCents(row.disputedCents),
  takenBack: nanos(row.creditsTakenNanos + row.bonusTakenNanos),
  card: row.cardBrand === null ? null : { brand: row.cardBrand, lastFour: row.cardLastFour ?? "" },
  checkoutId: row.checkoutId,
  paymentId: row.paymentId,
  url: row.url,
  failure: row.failureMessage === null ? null : { code: row.failureCode, message: row.failureMessage },
  mismatch: row.mismatch,
  createdAt: row.createdAt,
  settledAt: row.settledAt,
  expiresAt: row.expiresAt,
});

/** A purchase with the page that is open for it; no page where it is over. */
export type OpenedCheckout = { orderId: string; sessionId: string; url: string | null; order: Order };

export const openedCheckout = (row: OrderRow, sessionId: string): OpenedCheckout => ({
  orderId: row.id,
  sessionId,
  url: row.url,
  order: orderOf(row),
});

/** What the rail is asked for an order; kept so that asking again under the same key asks the same. */
export const OrderRequest = z.discriminatedUnion("ask", [
  z.strictObject({
    ask: z.literal("checkout"),
    railCustomer: z.string().nullable(),
    saveCard: z.strictObject({ mode: z.enum(["offer", "require", "no"]), consent: z.string() }),
    successUrl: z.string(),
    cancelUrl: z.string(),
  }),
  z.strictObject({
    ask: z.literal("charge"),
    railCustomer: z.string(),
    cardId: z.string(),
    returnUrl: z.string(),
  }),
  /** Nobody asks: a subscription's invoice was paid by itself. */
  z.strictObject({ ask: z.literal("nothing") }),
]);
export type OrderRequest = z.infer<typeof OrderRequest>;

/** Rails keep keys at least 24 hours; after that, looking comes before repeating. */
export const RAIL_KEY_LIFETIME_MS = 23 * 3_600_000;
