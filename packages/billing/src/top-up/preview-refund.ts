import { err, type Nanos, nanos, ok, type Result, ZERO_NANOS } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { paymentOrder } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { applyOrder } from "./apply-order.ts";
import type { PaymentError } from "./payment-error.ts";
import { fromCents, toCents } from "./purchase-limits.ts";
import { sumClaims } from "./read-claims.ts";
import { invalidRefund } from "./refund-order.ts";

/** What a refund would do. */
export type RefundPreview = {
  /** What the rail would send back. */
  amount: Nanos;
  /** What is left of the payment to refund. */
  left: Nanos;
  /** Purchased credits and bonus that would go, debt included. */
  credits: Nanos;
  bonus: Nanos;
  /** The part of both that is spent already: it needs consent, and becomes debt. */
  debt: Nanos;
};

/**
 * What a refund of a purchase would take: applies it and undoes that, so that it says exactly what would happen now. The
 * rail is not asked.
 */
export async function previewRefund(
  ctx: Ctx,
  actor: Actor,
  input: { orderId: string; amount?: Nanos | undefined },
): Promise<Result<RefundPreview, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const tried = await inTransaction(ctx.db, async (tx) => {
    const [order] = await tx
      .select()
      .from(paymentOrder)
      .where(eq(paymentOrder.id, input.orderId))
      .for("update");
    if (order === undefined)
      return err({ kind: "payment_not_found", what: "order", id: input.orderId } as const);
    if (order.state !== "settled") return unfit("Only a settled payment can be refunded.");
    const claims = await sumClaims(tx, order.id);
    if (claims.frozenCents > 0n) return unfit("A dispute of this payment is open.");
    const leftCents = order.amountCents - claims.firmCents;
    const left = fromCents(leftCents);
    const amount = input.amount ?? left;
    const invalid = invalidRefund(amount, leftCents);
    if (invalid !== null)
      return err({ kind: "validation_error", field: "amount", message: invalid } as const);
    const wanted = { ...claims, firmCents: claims.firmCents + toCents(amount) };
    // Refused or not, it says what would be gone.
    const { applied, refused } = await applyOrder(tx, order, wanted, { now: ctx.clock(), mayOwe: false });
    const preview: RefundPreview = {
      amount,
      left,
      credits: nanos(applied.creditsTakenNanos - order.creditsTakenNanos),
      bonus: nanos(applied.bonusTakenNanos - order.bonusTakenNanos),
      debt: refused?.short ?? ZERO_NANOS,
    };
    // A failure rolls the transaction back, and hands out what it carries.
    return err({ kind: "tried" as const, preview });
  });
  return tried.error.kind === "tried" ? ok(tried.error.preview) : err(tried.error);
}

const unfit = (message: string) => err({ kind: "not_refundable", message } as const);
