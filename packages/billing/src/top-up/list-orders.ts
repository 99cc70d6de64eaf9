import { err, ok, type Result } from "@ratebook/core";
import {
  customer as customerTable,
  paymentDispute,
  paymentEvent,
  paymentOrder,
  paymentRefund,
} from "@ratebook/db/schema";
import { and, desc, eq, lt } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { type Order, type OrderState, orderOf } from "./order.ts";
import type { PaymentError } from "./payment-error.ts";
import { fromCents } from "./purchase-limits.ts";
import { type Refund, refundOf } from "./refund-order.ts";

export type ListedOrder = Order & { customerName: string };
export type Dispute = {
  id: string;
  orderId: string;
  customerId: string;
  amount: ReturnType<typeof fromCents>;
  reason: string;
  state: "inquiry" | "open" | "won" | "lost" | "prevented";
  createdAt: Date;
  updatedAt: Date;
};
export type PaymentEvent = {
  id: string;
  gateway: "stripe" | "sandbox";
  type: string;
  orderId: string | null;
  occurredAt: Date;
  receivedAt: Date;
  handledAt: Date | null;
  outcome: string | null;
};

/** Purchases, newest first: a customer's own, or everybody's for an operator who names none. */
export async function listOrders(
  ctx: Ctx,
  actor: Actor,
  input: {
    customer?: string | undefined;
    state?: OrderState | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<Result<{ items: ListedOrder[]; nextCursor: string | null }, PaymentError>> {
  const everybody = input.customer === undefined && refuseUnlessOperator(actor) === null;
  const customer = everybody ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const cursor = readCursor(input.cursor, [UUID]);
  if (!cursor.ok) return cursor;
  const [before] = cursor.value;
  const rows = await ctx.db
    .select({ order: paymentOrder, customerName: customerTable.name })
    .from(paymentOrder)
    .innerJoin(customerTable, eq(customerTable.id, paymentOrder.customerId))
    .where(
      and(
        customer === null ? undefined : eq(paymentOrder.customerId, customer.value.id),
        input.state && eq(paymentOrder.state, input.state),
        before === undefined ? undefined : lt(paymentOrder.id, before),
      ),
    )
    // Ids sort by time.
    .orderBy(desc(paymentOrder.id))
    .limit(input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return ok({
    items: shown.map(({ order, customerName }) => ({ ...orderOf(order), customerName })),
    nextCursor: rows.length > input.limit && last ? writeCursor([last.order.id]) : null,
  });
}

/** One purchase with everything that happened to it, for its customer or an operator. */
export async function getOrder(
  ctx: Ctx,
  actor: Actor,
  input: { id: string; customer?: string | undefined },
): Promise<
  Result<{ order: ListedOrder; refunds: Refund[]; disputes: Dispute[]; events: PaymentEvent[] }, PaymentError>
> {
  const [row] = await ctx.db
    .select({ order: paymentOrder, customerName: customerTable.name })
    .from(paymentOrder)
    .innerJoin(customerTable, eq(customerTable.id, paymentOrder.customerId))
    .where(eq(paymentOrder.id, input.id));
  const platform = refuseUnlessOperator(actor) === null || actor.kind === "service";
  const named = input.customer ?? (platform ? row?.order.customerId : undefined);
  const customer = platform && named === undefined ? null : await resolveReadable(ctx, actor, named);
  if (customer !== null && !customer.ok) return customer;
  if (row === undefined || (customer !== null && row.order.customerId !== customer.value.id)) {
    return err({ kind: "payment_not_found", what: "order", id: input.id });
  }
  const refunds = await ctx.db
    .select()
    .from(paymentRefund)
    .where(eq(paymentRefund.orderId, input.id))
    .limit(100);
  const disputes = await ctx.db
    .select()
    .from(paymentDispute)
    .where(eq(paymentDispute.orderId, input.id))
    .limit(100);
  const events = await ctx.db
    .select()
    .from(paymentEvent)
    .where(eq(paymentEvent.orderId, input.id))
    .orderBy(desc(paymentEvent.receivedAt))
    .limit(100);
  return ok({
    order: { ...orderOf(row.order), customerName: row.customerName },
    refunds: refunds.map(refundOf),
    disputes: disputes.map(disputeOf),
    events: events.map(eventOf),
  });
}

/** Webhook events, refunds and disputes of everybody, newest first, at most 200 of each; for operators. */
export async function listPaymentEvents(
  ctx: Ctx,
  actor: Actor,
): Promise<Result<{ events: PaymentEvent[]; refunds: Refund[]; disputes: Dispute[] }, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const events = await ctx.db.select().from(paymentEvent).orderBy(desc(paymentEvent.receivedAt)).limit(200);
  const refunds = await ctx.db.select().from(paymentRefund).orderBy(desc(paymentRefund.createdAt)).limit(200);
  const disputes = await ctx.db
    .select()
    .from(paymentDispute)
    .orderBy(desc(paymentDispute.createdAt))
    .limit(200);
  return ok({
    events: events.map(eventOf),
    refunds: refunds.map(refundOf),
    disputes: disputes.map(disputeOf),
  });
}

const disputeOf = (row: typeof paymentDispute.$inferSelect): Dispute => ({
  id: row.railId,
  orderId: row.orderId,
  customerId: row.customerId,
  amount: fromCents(row.amountCents),
  reason: row.reason,
  state: row.state,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const eventOf = (row: typeof paymentEvent.$inferSelect): PaymentEvent => ({
  id: row.eventId,
  gateway: row.gateway,
  type: row.type,
  orderId: row.orderId,
  occurredAt: row.occurredAt,
  receivedAt: row.receivedAt,
  handledAt: row.handledAt,
  outcome: row.outcome,
});
