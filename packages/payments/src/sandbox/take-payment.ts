import { must } from "@ratebook/core";
import type Stripe from "stripe";
import type { Book } from "./book.ts";
import { openDispute, warnOfFraud } from "./dispute-charge.ts";
import { makeCharge } from "./make-payment.ts";
import type { Stored } from "./objects.ts";
import { type CardDecline, cardByNumber, type TestCard } from "./test-cards.ts";

export type Taken =
  | { kind: "succeeded" }
  /** The owner has to prove who they are, at the address in `next_action`. */
  | { kind: "requires_action"; url: string }
  | { kind: "declined"; decline: CardDecline; chargeId: string };

/**
 * Tries to take an intent's money from a card, and tells what happened in events.
 *
 * @param owner `away` for a charge behind the customer's back: where the bank wants them it is declined, as Stripe does
 * @param authenticateUrl where the owner proves who they are
 */
export async function takePayment(
  book: Book,
  payment: Stored<"payment_intent">,
  method: Stored<"payment_method">,
  owner: "present" | "away",
  authenticateUrl: string,
): Promise<Taken> {
  const card = cardOf(method);
  if (needsOwner(card, method) && !payment.hidden.authenticated) {
    return owner === "away"
      ? decline(book, payment, method, AUTHENTICATION_REQUIRED)
      : askOwner(book, payment, method, authenticateUrl);
  }
  if (card.decline) return decline(book, payment, method, card.decline);

  const charge = makeCharge(book, payment.object, method.object, null);
  await book.keep(charge);
  payment.object.status = "succeeded";
  payment.object.amount_received = payment.object.amount;
  payment.object.latest_charge = charge.object.id;
  payment.object.payment_method = method.object.id;
  payment.object.last_payment_error = null;
  payment.object.next_action = null;
  await book.keep(payment);
  await book.tell("charge.succeeded", charge.object);
  await book.tell("payment_intent.succeeded", payment.object);
  if (payment.hidden.saveCard) await saveCard(book, method, payment.object.customer, owner);
  if (card.aftermath === "disputed") await openDispute(book, charge, { inquiry: false });
  if (card.aftermath === "inquiry") await openDispute(book, charge, { inquiry: true });
  if (card.aftermath === "fraud_warning") await warnOfFraud(book, charge);
  return { kind: "succeeded" };
}

/** Says no to a payment: the money stays where it is and the intent waits for another card. */
export async function decline(
  book: Book,
  payment: Stored<"payment_intent">,
  method: Stored<"payment_method">,
  reason: CardDecline,
): Promise<Taken> {
  const charge = makeCharge(book, payment.object, method.object, reason);
  await book.keep(charge);
  payment.object.status = "requires_payment_method";
  payment.object.latest_charge = charge.object.id;
  payment.object.payment_method = null;
  payment.object.next_action = null;
  payment.hidden.authenticated = false;
  payment.object.last_payment_error = {
    type: "card_error",
    charge: charge.object.id,
    code: reason.code,
    ...(reason.declineCode !== null && { decline_code: reason.declineCode }),
    message: reason.message,
    payment_method: method.object,
  };
  await book.keep(payment);
  await book.tell("charge.failed", charge.object);
  await book.tell("payment_intent.payment_failed", payment.object);
  return { kind: "declined", decline: reason, chargeId: charge.object.id };
}

/** Attaches a card to its customer, so that it can be charged again. */
export async function saveCard(
  book: Book,
  method: Stored<"payment_method">,
  customer: Stripe.PaymentIntent["customer"],
  owner: "present" | "away",
): Promise<void> {
  method.object.customer = typeof customer === "string" ? customer : null;
  method.object.allow_redisplay = "always";
  if (owner === "present") method.hidden.savedWithOwner = true;
  await book.keep(method);
  await book.tell("payment_method.attached", method.object);
}

export const cardOf = (method: Stored<"payment_method">): TestCard =>
  must(cardByNumber(method.hidden.card), "only test cards become payment methods");

function needsOwner(card: TestCard, method: Stored<"payment_method">): boolean {
  if (card.authentication === "until_saved") return !method.hidden.savedWithOwner;
  return card.authentication === "always";
}

async function askOwner(
  book: Book,
  payment: Stored<"payment_intent">,
  method: Stored<"payment_method">,
  url: string,
): Promise<Taken> {
  payment.object.status = "requires_action";
  payment.object.payment_method = method.object.id;
  payment.object.next_action = {
    type: "redirect_to_url",
    redirect_to_url: { return_url: payment.hidden.returnUrl, url },
  };
  await book.keep(method);
  await book.keep(payment);
  await book.tell("payment_intent.requires_action", payment.object);
  return { kind: "requires_action", url };
}

const AUTHENTICATION_REQUIRED: CardDecline = {
  code: "authentication_required",
  declineCode: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};

/** What a payment is declined with when its owner failed to prove who they are. */
export const AUTHENTICATION_FAILED: CardDecline = {
  code: "payment_intent_authentication_failure",
  declineCode: null,
  message: "We are unable to authenticate your payment method. Please choose another one and try again.",
};
