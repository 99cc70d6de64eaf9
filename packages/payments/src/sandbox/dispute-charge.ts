import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import { disputeMovement, makeDispute } from "./make-dispute.ts";
import type { Stored } from "./objects.ts";

/** The card's owner complains to their bank: the money is taken back at once, unless it is only an inquiry. */
export async function openDispute(
  book: Book,
  charge: Stored<"charge">,
  { inquiry, amount = charge.object.amount }: { inquiry: boolean; amount?: number },
): Promise<Stripe.Dispute> {
  const dispute = makeDispute(book, charge.object, { amount, inquiry, reason: "fraudulent" });
  await book.keep(dispute);
  charge.object.disputed = true;
  await book.keep(charge);
  await book.tell("charge.dispute.created", dispute.object);
  if (!inquiry) await book.tell("charge.dispute.funds_withdrawn", dispute.object);
  return dispute.object;
}

/** The bank decides. A won dispute gives the money back; an inquiry just ends. */
export async function closeDispute(
  book: Book,
  dispute: Stored<"dispute">,
  outcome: "won" | "lost",
): Promise<void> {
  const { object } = dispute;
  const inquiry = object.status.startsWith("warning_");
  object.status = inquiry ? "warning_closed" : outcome;
  const refunded = outcome === "won" && !inquiry;
  const chargeId = typeof object.charge === "string" ? object.charge : object.charge.id;
  if (refunded) object.balance_transactions.push(disputeMovement(book, chargeId, object.amount, 0));
  await book.keep(dispute);
  if (refunded) await book.tell("charge.dispute.funds_reinstated", object);
  await book.tell("charge.dispute.closed", object);
}

/** The card's network thinks that a payment was fraud, before anybody complained. */
export async function warnOfFraud(book: Book, charge: Stored<"charge">): Promise<void> {
  const { payment_intent } = charge.object;
  await book.tell("radar.early_fraud_warning.created", {
    id: newId("issfr"),
    object: "radar.early_fraud_warning",
    actionable: true,
    charge: charge.object.id,
    created: book.seconds,
    fraud_type: "misc",
    livemode: false,
    ...(typeof payment_intent === "string" && { payment_intent }),
  });
}
