import { err, formatUsd, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { paymentOrder, paymentRefund } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { applyOrder } from "./apply-order.ts";
import type { OrderRow } from "./order.ts";
import { payerLabel, requireRail } from "./payer.ts";
import { fromRail, type PaymentError } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";
import { fromCents, toCents } from "./purchase-limits.ts";
import { REFUND_KEY, sumClaims } from "./read-claims.ts";
import { settleOrder } from "./settle-order.ts";

export type RefundOrderInput = {
  orderId: string;
  /** Absent: all that is left of the payment. */
  amount?: Nanos | undefined;
  reason: string;
  /** True: credits that are spent already become debt. */
  allowDebt?: boolean | undefined;
  idempotencyKey: string;
};

export type Refund = {
  id: string;
  orderId: string;
  customerId: string;
  amount: Nanos;
  state: "requested" | "pending" | "succeeded" | "failed";
  reason: string;
  debtAllowed: boolean;
  failureReason: string | null;
  requestedBy: string;
  createdAt: Date;
};

type RefundRow = typeof paymentRefund.$inferSelect;

/**
 * Gives money of a settled purchase back: takes its unspent credits and their share of the bonus first, then asks the
 * rail. Credits of other purchases are never touched; what is spent becomes debt, and only where that was agreed to.
 *
 * Repeating a key gives the first refund. Where the rail says no the credits return; where it does not answer the refund
 * stays `requested` and is asked for again under the same key.
 */
export async function refundOrder(
  ctx: Ctx,
  actor: Actor,
  input: RefundOrderInput,
): Promise<Result<Refund, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const reserved = await inTransaction(ctx.db, (tx) => reserve(ctx, tx, actor, rail.value, input));
  if (!reserved.ok) return reserved;
  return sendRefund(ctx, rail.value, reserved.value);
}

/** Asks the rail for a refund that is written down; safe to repeat. */
export async function sendRefund(
  ctx: Ctx,
  rail: PaymentRail,
  row: RefundRow,
): Promise<Result<Refund, PaymentError>> {
  if (row.state !== "requested") return ok(refundOf(row));
  const [order] = await ctx.db.select().from(paymentOrder).where(eq(paymentOrder.id, row.orderId));
  const paymentId = must(order?.paymentId, "a settled order has its payment");
  const sent = await rail.refund({
    paymentId,
    amountCents: row.amountCents,
    reason: "requested_by_customer",
    metadata: { [REFUND_KEY]: row.id },
    idempotencyKey: `refund:${row.id}`,
  });
  if (!sent.ok) {
    const failure = fromRail(sent.error);
    if (failure.error.kind === "provider_unavailable") return ok(refundOf(row));
    await inTransaction(ctx.db, (tx) => giveUp(ctx, tx, row, sent.error.message));
    return failure;
  }
  // The list the rail gives now names this refund, so the order takes over what became of it.
  const settled = await settleOrder(ctx, rail, row.orderId, paymentId);
  if (!settled.ok) return fromRail(settled.error);
  const [now] = await ctx.db.select().from(paymentRefund).where(eq(paymentRefund.id, row.id));
  return ok(refundOf(must(now, "a refund is never deleted")));
}

async function reserve(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  rail: PaymentRail,
  input: RefundOrderInput,
): Promise<Result<RefundRow, PaymentError>> {
  const [order] = await tx
    .select()
    .from(paymentOrder)
    .where(eq(paymentOrder.id, input.orderId))
    .for("update");
  if (order === undefined) return err({ kind: "payment_not_found", what: "order", id: input.orderId });
  const byKey = and(eq(paymentRefund.orderId, order.id), eq(paymentRefund.clientKey, input.idempotencyKey));
  const [earlier] = await tx.select().from(paymentRefund).where(byKey);
  if (earlier !== undefined) return sameRefund(earlier, input);
  const unfit = unrefundable(order, rail);
  if (unfit !== null) return err({ kind: "not_refundable", message: unfit });
  const before = await sumClaims(tx, order.id);
  const left = order.amountCents - before.firmCents;
  if (before.frozenCents > 0n) {
    return err({ kind: "not_refundable", message: "A dispute of this payment is open." });
  }
  const amount = input.amount ?? fromCents(left);
  const invalid = invalidRefund(amount, left);
  if (invalid !== null) return err({ kind: "validation_error", field: "amount", message: invalid });
  const now = ctx.clock();
  const [row] = await tx
    .insert(paymentRefund)
    .values({
      id: ctx.newId(),
      orderId: order.id,
      customerId: order.customerId,
      clientKey: input.idempotencyKey,
      amountCents: toCents(amount),
      state: "requested",
      reason: input.reason,
      debtAllowed: input.allowDebt ?? false,
      requestedBy: payerLabel(actor),
      createdAt: now,
    })
    .returning();
  const claims = await sumClaims(tx, order.id);
  const { applied, refused } = await applyOrder(tx, order, claims, { now, mayOwe: input.allowDebt ?? false });
  if (refused !== null) {
    const { short } = refused;
    return err({ kind: "refund_exceeds_unspent", refundable: unspentShare(amount, short), debt: short });
  }
  await tx
    .update(paymentOrder)
    .set({ ...applied, refundedCents: claims.refundedCents, version: order.version + 1 })
    .where(eq(paymentOrder.id, order.id));
  await recordAudit(ctx, tx, actor, {
    action: "payment.refund",
    subject: order.id,
    customerId: order.customerId,
    after: { amount: formatUsd(amount), debtAllowed: input.allowDebt ?? false },
    reason: input.reason,
  });
  return ok(must(row, "a refund that was written is returned"));
}

/** The rail said no: the refund failed, and the credits it took return. */
async function giveUp(ctx: Ctx, tx: Transaction, refund: RefundRow, reason: string): Promise<void> {
  const [order] = await tx
    .select()
    .from(paymentOrder)
    .where(eq(paymentOrder.id, refund.orderId))
    .for("update");
  if (order === undefined) return;
  const failed = await tx
    .update(paymentRefund)
    .set({ state: "failed", failureReason: reason })
    .where(and(eq(paymentRefund.id, refund.id), eq(paymentRefund.state, "requested")))
    .returning();
  if (failed.length === 0) return;
  const claims = await sumClaims(tx, order.id);
  const { applied } = await applyOrder(tx, order, claims, { now: ctx.clock() });
  await tx
    .update(paymentOrder)
    .set({ ...applied, refundedCents: claims.refundedCents, version: order.version + 1 })
    .where(eq(paymentOrder.id, order.id));
}

function sameRefund(
  row: RefundRow,
  { amount, allowDebt }: RefundOrderInput,
): Result<RefundRow, PaymentError> {
  const same = amount === undefined || row.amountCents === toCents(amount);
  if (same && row.debtAllowed === (allowDebt ?? false)) return ok(row);
  return err({
    kind: "idempotency_conflict",
    message: "This idempotency key was used before for another refund.",
  });
}

function unrefundable(order: OrderRow, rail: PaymentRail): string | null {
  if (order.state !== "settled") return "Only a settled payment can be refunded.";
  if (order.purgedAt !== null) return "The credits of this test purchase were taken away for good.";
  if (order.gateway !== rail.name) return `This payment was made by ${order.gateway}.`;
  return null;
}

/** What is wrong with an amount to refund of a payment; null where nothing is. */
export function invalidRefund(amount: Nanos, leftCents: bigint): string | null {
  if (leftCents <= 0n) return "everything has been refunded";
  if (amount <= 0n) return "must be more than 0";
  if (amount % fromCents(1n) !== 0n) return "must be whole cents";
  return toCents(amount) > leftCents ? `must be at most ${formatUsd(fromCents(leftCents))}` : null;
}

/** A hint in whole cents; trying it tells. */
const unspentShare = (amount: Nanos, short: Nanos): Nanos => {
  const cent = fromCents(1n);
  const left = amount - short;
  return left <= 0n ? nanos(0n) : nanos((left / cent) * cent);
};

/** A refund's row in the words of the doors. */
export const refundOf = (row: RefundRow): Refund => ({
  id: row.id,
  orderId: row.orderId,
  customerId: row.customerId,
  amount: fromCents(row.amountCents),
  state: row.state,
  reason: row.reason,
  debtAllowed: row.debtAllowed,
  failureReason: row.failureReason,
  requestedBy: row.requestedBy,
  createdAt: row.createdAt,
});
