import type Stripe from "stripe";
import { type Answer, answer, invalid } from "./answer.ts";
import type { Book } from "./book.ts";
import { makeRefund } from "./make-payment.ts";
import type { Stored } from "./objects.ts";
import { cardByNumber } from "./test-cards.ts";

/** Gives money of a charge back, never more than is left of it. */
export async function refundCharge(
  book: Book,
  charge: Stored<"charge">,
  input: { amount: number | null; reason: Stripe.Refund.Reason | null; metadata: Record<string, string> },
): Promise<Answer> {
  const { object } = charge;
  const left = object.amount - object.amount_refunded;
  if (left === 0) {
    const message = `Charge ${object.id} has already been refunded.`;
    return invalid(message, undefined, "charge_already_refunded");
  }
  if (await isChargedBack(book, object)) {
    const message = `Charge ${object.id} has been charged back; cannot issue a refund.`;
    return invalid(message, undefined, "charge_disputed");
  }
  const amount = input.amount ?? left;
  if (amount > left) {
    return invalid(
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
      "amount",
    );
  }
  const refund = makeRefund(book, object, { ...input, amount });
  const before = object.amount_refunded;
  object.amount_refunded += amount;
  object.refunded = object.amount_refunded === object.amount;
  await book.keep(charge);
  const fails = await refundsFail(book, object);
  await book.keep(refund, fails ? new Date(book.now.getTime() + REFUND_FAILS_AFTER_MS) : null);
  await book.tell("refund.created", refund.object);
  await book.tell("charge.refunded", object, { amount_refunded: before });
  return answer(refund.object);
}

/** The customer's bank sends the money back: the refund undone, some time after it looked done. */
export async function failRefund(book: Book, refund: Stored<"refund">): Promise<void> {
  const { object } = refund;
  const charge = typeof object.charge === "string" ? await book.find("charge", object.charge) : null;
  if (object.status === "failed" || !charge) return;
  charge.object.amount_refunded -= object.amount;
  charge.object.refunded = false;
  await book.keep(charge);
  object.status = "failed";
  object.failure_reason = "expired_or_canceled_card";
  await book.keep(refund);
  await book.tell("refund.updated", object);
  await book.tell("refund.failed", object);
}

const REFUND_FAILS_AFTER_MS = 5_000;

async function isChargedBack(book: Book, charge: Stripe.Charge): Promise<boolean> {
  if (!charge.disputed) return false;
  const disputes = await book.list({ kind: "dispute", ref: charge.id, limit: 100 });
  return disputes.some(({ object }) => !object.is_charge_refundable && object.status !== "won");
}

async function refundsFail(book: Book, charge: Stripe.Charge): Promise<boolean> {
  const method = charge.payment_method && (await book.find("payment_method", charge.payment_method));
  return method ? cardByNumber(method.hidden.card)?.aftermath === "refund_fails" : false;
}
