import { err, must, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { autoTopUp, autoTopUpAttempt, paymentOrder } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import { applyOrder } from "./apply-order.ts";
import { declineAttempt } from "./decline-attempt.ts";
import { failOrder } from "./fail-order.ts";
import { passFailpoint } from "./failpoint.ts";
import { freezeForDisputes } from "./freeze-auto-top-up.ts";
import type { OrderRow } from "./order.ts";
import type { PaymentRail, RailError } from "./payment-rail.ts";
import { fromCents } from "./purchase-limits.ts";
import { keepClaims, type RailView, readRailView } from "./read-claims.ts";

/**
 * Brings an order to what the rail says of its payment now: settles it, ends it, takes back what was refunded or lost.
 * The only place that posts purchased credits.
 *
 * Any event, any number of times, in any order, ends in the same balance: nothing is taken from the event, everything from
 * the rail's present objects, and an older view is never written over a newer one.
 *
 * @returns the rail's failure where it could not be asked; nothing changed then
 */
export async function settleOrder(
  ctx: Ctx,
  rail: PaymentRail,
  orderId: string,
  paymentId: string,
): Promise<Result<OrderRow, RailError>> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const [order] = await ctx.db.select().from(paymentOrder).where(eq(paymentOrder.id, orderId));
    if (order === undefined) throw new Error(`order ${orderId} does not exist`);
    const view = await readRailView(rail, order, paymentId);
    if (!view.ok) return view;
    passFailpoint(ctx, "settle.read");
    const done = await inTransaction(ctx.db, async (tx) => {
      const notices: Notice[] = [];
      const written = await writeView(ctx, tx, order, view.value, notices);
      for (const notice of notices) await tellCustomer(ctx, tx, order.customerId, notice);
      passFailpoint(ctx, "settle.written");
      return written;
    });
    if (done === null) continue;
    passFailpoint(ctx, "settle.committed");
    return ok(done);
  }
  return err({ kind: "rail_unavailable", message: "The order changed faster than the rail could be read." });
}

/** Null where the order has moved on since the rail was read. */
async function writeView(
  ctx: Ctx,
  tx: Transaction,
  seen: OrderRow,
  view: RailView,
  notices: Notice[],
): Promise<OrderRow | null> {
  const [locked] = await tx.select().from(paymentOrder).where(eq(paymentOrder.id, seen.id)).for("update");
  if (locked === undefined || locked.version !== seen.version) return null;
  // Its credits were taken away for good, whatever the rail still says of them.
  if (locked.purgedAt !== null) return locked;
  const now = ctx.clock();
  const { payment } = view;
  const mismatch = mismatchOf(locked, view);
  if (mismatch !== null) {
    ctx.log.error(
      { orderId: locked.id, paymentId: payment.id, mismatch },
      "a payment does not fit its order",
    );
    return update(tx, locked, { mismatch, dueAt: null });
  }
  const facts = {
    paymentId: payment.id,
    cardBrand: payment.card?.brand ?? locked.cardBrand,
    cardLastFour: payment.card?.lastFour ?? locked.cardLastFour,
  };
  if (payment.status === "succeeded" || locked.state === "settled") {
    return settle(ctx, tx, locked, facts, view, notices);
  }
  if (payment.status === "canceled") {
    if (locked.kind === "auto_top_up") {
      // Nobody answered the bank: asking again and again must end as other declines do.
      notices.push(...(await declineAttempt(ctx, tx, locked, UNANSWERED, payment.cardId)));
    } else {
      await failOrder(tx, locked.id, { code: "canceled", message: "The payment was canceled." }, now);
    }
    return update(tx, locked, facts);
  }
  const declined = payment.status === "requires_payment_method" ? payment.decline : null;
  if (declined !== null && locked.kind === "auto_top_up") {
    notices.push(...(await declineAttempt(ctx, tx, locked, declined, payment.cardId)));
    return update(tx, locked, facts);
  }
  // A declined card on an open page can be tried again, and a payment on its way says so by another event.
  const state = locked.state === "failed" ? locked.state : "delivered";
  return update(tx, locked, { ...facts, state, url: payment.actionUrl ?? locked.url });
}

async function settle(
  ctx: Ctx,
  tx: Transaction,
  order: OrderRow,
  facts: Partial<OrderRow>,
  view: RailView,
  notices: Notice[],
): Promise<OrderRow> {
  const now = ctx.clock();
  const first = order.state !== "settled";
  const claims = await keepClaims(ctx, tx, order, view);
  const { applied } = await applyOrder(tx, order, claims, { now });
  const { refundedCents, disputedCents } = claims;
  const written = await update(tx, order, {
    ...facts,
    ...(first && { ...SETTLED, settledAt: now }),
    ...applied,
    refundedCents,
    disputedCents,
    // What is still open ends by an event, or by asking again tomorrow.
    dueAt: claims.frozenCents > 0n || refundedCents > 0n ? new Date(now.getTime() + DAY_MS) : null,
  });
  if (disputedCents > 0n || order.disputedCents > 0n || view.disputes.length > 0) {
    await freezeForDisputes(ctx, tx, written);
  }
  if (first) notices.push(...(await celebrate(tx, written, now)));
  if (refundedCents > order.refundedCents) notices.push(refundNotice(written));
  if (disputedCents > order.disputedCents) notices.push(disputeNotice(written));
  return written;
}

/** A settled refill ends its attempt and the row of declines before it. */
async function celebrate(tx: Transaction, order: OrderRow, now: Date): Promise<Notice[]> {
  if (order.kind === "auto_top_up") {
    await tx
      .update(autoTopUpAttempt)
      .set({ state: "succeeded", endedAt: now, declineCode: null, declineReason: null, message: null })
      .where(eq(autoTopUpAttempt.orderId, order.id));
    await tx
      .update(autoTopUp)
      .set({ declines: 0, retryAt: null, suspendedAt: null, updatedAt: now })
      .where(eq(autoTopUp.customerId, order.customerId));
  }
  const amount = fromCents(order.amountCents);
  const bonus = nanos(order.bonusNanos);
  return [
    order.kind === "auto_top_up"
      ? { template: "auto_top_up_done", key: `settled:${order.id}`, orderId: order.id, amount, bonus }
      : { template: "purchase_receipt", key: `settled:${order.id}`, orderId: order.id, amount, bonus },
  ];
}

const refundNotice = (order: OrderRow): Notice => ({
  template: "refund",
  key: `refund:${order.id}:${order.refundedCents}`,
  orderId: order.id,
  amount: fromCents(order.refundedCents),
});

const disputeNotice = (order: OrderRow): Notice => ({
  template: "dispute",
  key: `dispute:${order.id}:${order.disputedCents}`,
  orderId: order.id,
  amount: fromCents(order.disputedCents),
});

/** Why a payment is not the one this order was made for; nothing is credited then. */
function mismatchOf(order: OrderRow, { payment }: RailView): string | null {
  if (order.paymentId !== null && order.paymentId !== payment.id && order.state === "settled") {
    return `settled by payment ${order.paymentId}, and ${payment.id} names it too`;
  }
  if (payment.orderId !== order.id)
    return `payment ${payment.id} was made for order ${payment.orderId ?? "none"}`;
  if (payment.live === order.test) return `payment ${payment.id} belongs to the other mode`;
  if (payment.currency !== order.currency) return `payment ${payment.id} is in ${payment.currency}`;
  if (payment.amountCents !== order.amountCents) {
    return `payment ${payment.id} is over ${payment.amountCents} cents, not ${order.amountCents}`;
  }
  if (payment.status === "succeeded" && payment.receivedCents !== order.amountCents) {
    return `payment ${payment.id} brought ${payment.receivedCents} cents of ${order.amountCents}`;
  }
  return null;
}

async function update(
  tx: Transaction,
  { id, version }: OrderRow,
  changes: Partial<OrderRow>,
): Promise<OrderRow> {
  const [row] = await tx
    .update(paymentOrder)
    .set({ ...changes, version: version + 1 })
    .where(and(eq(paymentOrder.id, id)))
    .returning();
  return must(row, "a locked order is there");
}

const UNANSWERED = {
  code: "canceled",
  declineCode: null,
  message: "The payment was not confirmed in time and was canceled.",
};
const SETTLED = {
  state: "settled",
  url: null,
  mismatch: null,
  failureCode: null,
  failureMessage: null,
} as const satisfies Partial<OrderRow>;
const MOST_ATTEMPTS = 5;
const DAY_MS = 86_400_000;
