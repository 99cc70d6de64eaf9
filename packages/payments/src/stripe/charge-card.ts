import type { ChargeCard, ChargeOutcome, RailPayment } from "@ratebook/billing";
import { must } from "@ratebook/core";
import Stripe from "stripe";
import { fromCents, idOf } from "./cents.ts";
import { attempt, toDecline, toRailError } from "./map-error.ts";
import { ORDER_KEY, toPayment } from "./map-payment.ts";

/**
 * Charges a saved card while its owner is away, once per idempotency key.
 *
 * Where the bank wants the owner, the same payment is confirmed once more with them present, which gives the address
 * to send them to: one order never has two payments that could both succeed. A replay after they acted tells what
 * became of it.
 */
export async function chargeCard(stripe: Stripe, input: ChargeCard): Promise<ChargeOutcome> {
  try {
    const intent = await stripe.paymentIntents.create(
      {
        amount: fromCents(input.amountCents),
        currency: "usd",
        customer: input.customerId,
        payment_method: input.cardId,
        allowed_payment_method_types: ["card"],
        confirm: true,
        off_session: true,
        description: input.title,
        metadata: { ...input.metadata, [ORDER_KEY]: input.orderId },
        expand: ["latest_charge"],
      },
      { idempotencyKey: input.idempotencyKey },
    );
    return outcomeOf(toPayment(intent));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (!(error instanceof Stripe.errors.StripeCardError)) return notCharged(error);
    const paymentId = idOf(error.payment_intent);
    if (error.code === "authentication_required" && paymentId !== null) {
      return await withOwner(stripe, paymentId, input);
    }
    return { kind: "declined", paymentId, decline: toDecline(error) };
  }
}

async function withOwner(stripe: Stripe, paymentId: string, input: ChargeCard): Promise<ChargeOutcome> {
  const current = await attempt(() =>
    stripe.paymentIntents.retrieve(paymentId, { expand: ["latest_charge"] }),
  );
  if (!current.ok) return { kind: "ambiguous", message: current.error.message };
  // Confirmed by an earlier attempt under this key: whatever happened since is what counts.
  if (current.value.status !== "requires_payment_method") return outcomeOf(toPayment(current.value));
  try {
    const intent = await stripe.paymentIntents.confirm(
      paymentId,
      { payment_method: input.cardId, return_url: input.returnUrl, expand: ["latest_charge"] },
      { idempotencyKey: `${input.idempotencyKey}:with-owner` },
    );
    return outcomeOf(toPayment(intent));
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    if (!(error instanceof Stripe.errors.StripeCardError)) return notCharged(error);
    return { kind: "declined", paymentId, decline: toDecline(error) };
  }
}

function outcomeOf(payment: RailPayment): ChargeOutcome {
  switch (payment.status) {
    case "succeeded":
    case "processing":
      return { kind: payment.status, payment };
    case "requires_action":
      return payment.actionUrl === null
        ? { kind: "processing", payment }
        : { kind: "requires_action", payment, url: payment.actionUrl };
    case "requires_payment_method":
      return {
        kind: "declined",
        paymentId: payment.id,
        decline: must(payment.decline, "a payment that was confirmed and has no method left was declined"),
      };
    case "canceled":
      return {
        kind: "declined",
        paymentId: payment.id,
        decline: { code: "canceled", declineCode: null, message: "The payment was canceled." },
      };
    case "requires_confirmation":
    case "requires_capture":
      return { kind: "ambiguous", message: `The payment is ${payment.status}.` };
  }
}

function notCharged(error: Stripe.errors.StripeError): ChargeOutcome {
  const mapped = toRailError(error);
  return mapped.kind === "rail_unavailable"
    ? { kind: "ambiguous", message: mapped.message }
    : { kind: "refused", error: mapped };
}
