import { must, ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { paymentDispute, paymentRefund } from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import type { OrderClaims } from "./apply-order.ts";
import type { OrderRow } from "./order.ts";
import type { PaymentRail, RailDispute, RailError, RailPayment, RailRefund } from "./payment-rail.ts";

/** What the rail has of a payment at one moment. */
export type RailView = { payment: RailPayment; refunds: RailRefund[]; disputes: RailDispute[] };

/** Reads a payment with all that took money back from it. Lists are asked for only where there may be something. */
export async function readRailView(
  rail: PaymentRail,
  order: OrderRow,
  paymentId: string,
): Promise<Result<RailView, RailError>> {
  const payment = await rail.readPayment(paymentId);
  if (!payment.ok) return payment;
  const { refundedCents, disputed } = payment.value;
  const refunds =
    refundedCents > 0n || order.refundedCents > 0n ? await rail.listRefunds(paymentId) : ok<RailRefund[]>([]);
  if (!refunds.ok) return refunds;
  const disputes =
    disputed || order.disputedCents > 0n ? await rail.listDisputes(paymentId) : ok<RailDispute[]>([]);
  if (!disputes.ok) return disputes;
  return ok({ payment: payment.value, refunds: refunds.value, disputes: disputes.value });
}

/** Writes down the refunds and disputes that the rail shows and sums up what they claim of the order. */
export async function keepClaims(
  ctx: Pick<Ctx, "clock">,
  tx: Transaction,
  order: OrderRow,
  { refunds, disputes }: Pick<RailView, "refunds" | "disputes">,
): Promise<OrderClaims & { refundedCents: bigint; disputedCents: bigint }> {
  for (const refund of refunds) await keepRefund(ctx, tx, order, refund);
  for (const dispute of disputes) await keepDispute(ctx, tx, order, dispute);
  return sumClaims(tx, order.id);
}

/** What the written refunds and disputes of an order claim. */
export async function sumClaims(
  tx: Transaction,
  orderId: string,
): Promise<OrderClaims & { refundedCents: bigint; disputedCents: bigint }> {
  const [row] = await tx.execute<{ refunded: bigint; lost: bigint; open: bigint }>(sql`
    select
      (select coalesce(sum(amount_cents), 0)::int8 from ratebook.payment_refund
        where order_id = ${orderId} and state in ('requested', 'pending', 'succeeded')) as refunded,
      coalesce(sum(amount_cents) filter (where state = 'lost'), 0)::int8 as lost,
      coalesce(sum(amount_cents) filter (where state = 'open'), 0)::int8 as open
    from ratebook.payment_dispute where order_id = ${orderId}`);
  const { refunded, lost, open } = must(row, "sums are one row");
  return {
    firmCents: refunded + lost,
    frozenCents: open,
    refundedCents: refunded,
    disputedCents: lost + open,
  };
}

async function keepRefund(
  ctx: Pick<Ctx, "clock">,
  tx: Transaction,
  order: OrderRow,
  refund: RailRefund,
): Promise<void> {
  const state = REFUND_STATES[refund.status];
  const changes = { railId: refund.id, state, failureReason: refund.failureReason };
  const ours = refund.metadata[REFUND_KEY];
  if (ours !== undefined && UUID.test(ours)) {
    const updated = await tx
      .update(paymentRefund)
      .set(changes)
      .where(and(eq(paymentRefund.id, ours), eq(paymentRefund.orderId, order.id)))
      .returning({ id: paymentRefund.id });
    if (updated.length > 0) return;
  }
  // Made on the rail's own pages: whoever did it has let the money go already.
  await tx
    .insert(paymentRefund)
    .values({
      id: opId("rail-refund", `${order.gateway}:${refund.id}`),
      orderId: order.id,
      customerId: order.customerId,
      clientKey: refund.id,
      amountCents: refund.amountCents,
      reason: "Refunded at the payment provider",
      debtAllowed: true,
      requestedBy: `rail:${order.gateway}`,
      createdAt: ctx.clock(),
      ...changes,
    })
    .onConflictDoUpdate({ target: paymentRefund.id, set: changes });
}

async function keepDispute(
  ctx: Pick<Ctx, "clock">,
  tx: Transaction,
  order: OrderRow,
  dispute: RailDispute,
): Promise<void> {
  const { state, amountCents, reason } = dispute;
  await tx
    .insert(paymentDispute)
    .values({
      gateway: order.gateway,
      railId: dispute.id,
      orderId: order.id,
      customerId: order.customerId,
      amountCents,
      reason,
      state,
      createdAt: dispute.createdAt,
      updatedAt: ctx.clock(),
    })
    .onConflictDoUpdate({
      target: [paymentDispute.gateway, paymentDispute.railId],
      set: { state, amountCents, reason, updatedAt: ctx.clock() },
    });
}

/** Under this name our id of a refund stands on the rail's object. */
export const REFUND_KEY = "ratebook_refund";

const REFUND_STATES = {
  pending: "pending",
  requires_action: "pending",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "failed",
} as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
