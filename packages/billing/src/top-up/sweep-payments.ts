import { inTransaction } from "@ratebook/db";
import { paymentEvent, paymentOrder, paymentRefund } from "@ratebook/db/schema";
import { and, asc, eq, isNull, lte } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { chargeOrder } from "./charge-order.ts";
import { failOrder } from "./fail-order.ts";
import { handleCheckout, handleRailEvent } from "./handle-rail-event.ts";
import { OrderRequest, type OrderRow, RAIL_KEY_LIFETIME_MS } from "./order.ts";
import type { PaymentRail } from "./payment-rail.ts";
import { keepEvent } from "./receive-webhook.ts";
import { sendRefund } from "./refund-order.ts";
import { settleOrder } from "./settle-order.ts";
import { startAutoTopUp } from "./start-auto-top-up.ts";
import { keepCheckout, startCheckout } from "./start-checkout.ts";

export type SweptPayments = { events: number; orders: number; refunds: number; topUps: number };

/**
 * Finishes what no event finished: fetches events that never arrived, handles kept ones that no job did, asks the rail
 * about orders without an end, repeats refunds without an answer, and refills wallets that nobody looked at. Bounded, and
 * safe to run twice or at once. Does nothing where no payments are configured.
 */
export async function sweepPayments(ctx: Ctx, limit = 100): Promise<SweptPayments> {
  const { rail } = ctx;
  if (rail === undefined) return { events: 0, orders: 0, refunds: 0, topUps: 0 };
  await fetchMissedEvents(ctx, rail);
  return {
    events: await handleKeptEvents(ctx, rail, limit),
    orders: await sweepOrders(ctx, rail, limit),
    refunds: await sweepRefunds(ctx, rail, limit),
    topUps: await sweepTopUps(ctx, limit),
  };
}

async function fetchMissedEvents(ctx: Ctx, rail: PaymentRail): Promise<void> {
  const since = new Date(ctx.clock().getTime() - MISSED_SINCE_MS);
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listed = await rail.listEvents({ since, ...(after !== undefined && { after }) });
    if (!listed.ok) return;
    for (const event of listed.value.events) {
      if (event.live === rail.live) await keepEvent(ctx, rail, event);
    }
    after = listed.value.events.at(-1)?.id;
    if (!listed.value.more || after === undefined) return;
  }
}

async function handleKeptEvents(ctx: Ctx, rail: PaymentRail, limit: number): Promise<number> {
  const rows = await ctx.db
    .select({ eventId: paymentEvent.eventId })
    .from(paymentEvent)
    .where(and(eq(paymentEvent.gateway, rail.name), isNull(paymentEvent.handledAt)))
    .orderBy(asc(paymentEvent.receivedAt))
    .limit(limit);
  for (const { eventId } of rows) {
    const handled = await handleRailEvent(ctx, rail, { eventId });
    if (!handled.ok) break;
  }
  return rows.length;
}

async function sweepOrders(ctx: Ctx, rail: PaymentRail, limit: number): Promise<number> {
  const rows = await ctx.db
    .select()
    .from(paymentOrder)
    .where(and(eq(paymentOrder.gateway, rail.name), lte(paymentOrder.dueAt, ctx.clock())))
    .orderBy(asc(paymentOrder.dueAt))
    .limit(limit);
  for (const order of rows) {
    await resumeOrder(ctx, rail, order);
    // Still without an end: asked again later, while others get their turn.
    const later = new Date(ctx.clock().getTime() + ASK_AGAIN_MS);
    await ctx.db
      .update(paymentOrder)
      .set({ dueAt: later })
      .where(and(eq(paymentOrder.id, order.id), lte(paymentOrder.dueAt, ctx.clock())));
  }
  return rows.length;
}

/** Takes one order on from wherever a crash, a lost answer or a lost event left it. */
export async function resumeOrder(ctx: Ctx, rail: PaymentRail, order: OrderRow): Promise<void> {
  const age = ctx.clock().getTime() - order.createdAt.getTime();
  if (order.paymentId !== null) {
    const settled = await settleOrder(ctx, rail, order.id, order.paymentId);
    if (!settled.ok || settled.value.kind !== "auto_top_up" || settled.value.state !== "delivered") return;
    // The customer never answered the bank's question.
    if (age < AUTHENTICATE_WITHIN_MS) return;
    const canceled = await rail.cancelPayment({
      paymentId: order.paymentId,
      idempotencyKey: `cancel:${order.id}`,
    });
    if (canceled.ok) await settleOrder(ctx, rail, order.id, order.paymentId);
    return;
  }
  if (order.checkoutId !== null) {
    await handleCheckout(ctx, rail, order.checkoutId);
    return;
  }
  const request = OrderRequest.parse(order.request);
  if (order.state === "quoted" || request.ask === "nothing") {
    await fail(ctx, order, "The purchase was never started.");
  } else if (age < RAIL_KEY_LIFETIME_MS) {
    if (request.ask === "charge") await chargeOrder(ctx, rail, order);
    else await startCheckout(ctx, rail, order);
  } else {
    await findOnRail(ctx, rail, order, request);
  }
}

/** The rail has forgotten the key by now, so repeating could pay twice: looks for what was made. */
async function findOnRail(
  ctx: Ctx,
  rail: PaymentRail,
  order: OrderRow,
  request: Exclude<OrderRequest, { ask: "nothing" }>,
): Promise<void> {
  if (request.railCustomer === null) return fail(ctx, order, "The purchase was never started.");
  const from = { customerId: request.railCustomer, since: order.createdAt };
  if (request.ask === "charge") {
    const payments = await rail.findPayments(from);
    if (!payments.ok) return;
    const payment = payments.value.find(({ orderId }) => orderId === order.id);
    if (payment === undefined) return fail(ctx, order, "The card was never charged.");
    await settleOrder(ctx, rail, order.id, payment.id);
    return;
  }
  const pages = await rail.findCheckouts(from);
  if (!pages.ok) return;
  const page = pages.value.find(({ orderId }) => orderId === order.id);
  if (page === undefined) return fail(ctx, order, "The page was never opened.");
  await keepCheckout(ctx, order, page);
  await handleCheckout(ctx, rail, page.id);
}

async function fail(ctx: Ctx, order: OrderRow, message: string): Promise<void> {
  await inTransaction(ctx.db, (tx) => failOrder(tx, order.id, { code: "abandoned", message }, ctx.clock()));
}

async function sweepRefunds(ctx: Ctx, rail: PaymentRail, limit: number): Promise<number> {
  const before = new Date(ctx.clock().getTime() - REFUND_WAIT_MS);
  const rows = await ctx.db
    .select({ refund: paymentRefund, paymentId: paymentOrder.paymentId })
    .from(paymentRefund)
    .innerJoin(paymentOrder, eq(paymentOrder.id, paymentRefund.orderId))
    .where(
      and(
        eq(paymentRefund.state, "requested"),
        lte(paymentRefund.createdAt, before),
        eq(paymentOrder.gateway, rail.name),
      ),
    )
    .limit(limit);
  for (const { refund, paymentId } of rows) {
    // First whether the rail made it: after a day its key would not keep a second one away.
    const read = paymentId === null ? null : await settleOrder(ctx, rail, refund.orderId, paymentId);
    if (read === null || !read.ok) continue;
    const [now] = await ctx.db.select().from(paymentRefund).where(eq(paymentRefund.id, refund.id));
    if (now !== undefined) await sendRefund(ctx, rail, now);
  }
  return rows.length;
}

/** Wallets below their threshold that no crossing announced, as when a hold covered the fall. */
async function sweepTopUps(ctx: Ctx, limit: number): Promise<number> {
  const rows = await ctx.sql<{ customerId: string }[]>`
    select a.customer_id as "customerId" from ratebook.auto_top_up a
    join ratebook.wallet w on w.bucket = ratebook.bucket_of(a.customer_id) and w.account_id = a.customer_id
    where a.enabled and w.balance - w.debt < a.threshold_nanos and a.suspended_at is null and a.frozen_by = '{}'
      and coalesce(a.retry_at, '-infinity') <= ${ctx.clock()}
      and not exists (select from ratebook.auto_top_up_attempt t
        where t.customer_id = a.customer_id and t.state = 'under_way')
    order by a.updated_at limit ${limit}`;
  for (const { customerId } of rows) await startAutoTopUp(ctx, { customerId, trigger: "sweep" });
  return rows.length;
}

const MISSED_SINCE_MS = 3_600_000;
const MOST_PAGES = 5;
const ASK_AGAIN_MS = 10 * 60_000;
const AUTHENTICATE_WITHIN_MS = 23 * 3_600_000;
const REFUND_WAIT_MS = 60_000;
