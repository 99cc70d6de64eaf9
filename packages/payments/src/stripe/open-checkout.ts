import type { OpenCheckout, OpenSetup, OpenSubscription } from "@ratebook/billing";
import type Stripe from "stripe";
import { fromCents } from "./cents.ts";
import { ORDER_KEY } from "./map-payment.ts";

/** Stripe's request for a hosted page that takes one payment. */
export function checkoutParams(input: OpenCheckout): Stripe.Checkout.SessionCreateParams {
  const { saveCard } = input;
  const metadata = { ...input.metadata, [ORDER_KEY]: input.orderId };
  return {
    mode: "payment",
    customer: input.customerId,
    client_reference_id: input.orderId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: "usd",
          unit_amount: fromCents(input.amountCents),
          product_data: { name: input.title },
        },
      },
    ],
    payment_intent_data: {
      description: input.title,
      metadata,
      ...(saveCard.mode === "require" && { setup_future_usage: "off_session" }),
    },
    ...(saveCard.mode === "offer" && { saved_payment_method_options: { payment_method_save: "enabled" } }),
    ...(saveCard.mode !== "no" && { custom_text: { submit: { message: saveCard.consent } } }),
    ...(input.railInvoice === true && { invoice_creation: { enabled: true, invoice_data: { metadata } } }),
    metadata: saveCard.mode === "no" ? metadata : { ...metadata, [CONSENT_KEY]: saveCard.consent },
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
  };
}

/** Stripe's request for a hosted page that saves a card for later. */
export function setupParams(input: OpenSetup): Stripe.Checkout.SessionCreateParams {
  return {
    mode: "setup",
    customer: input.customerId,
    currency: "usd",
    allowed_payment_method_types: ["card"],
    setup_intent_data: { metadata: { ...input.metadata } },
    custom_text: { submit: { message: input.consent } },
    metadata: { ...input.metadata, [CONSENT_KEY]: input.consent },
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
  };
}

/** Stripe's request for a hosted page on which a customer subscribes. */
export function subscriptionParams(input: OpenSubscription): Stripe.Checkout.SessionCreateParams {
  return {
    mode: "subscription",
    customer: input.customerId,
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: "usd",
          unit_amount: fromCents(input.amountCents),
          recurring: { interval: input.period },
          product_data: { name: input.title },
        },
      },
    ],
    subscription_data: { metadata: { ...input.metadata } },
    metadata: { ...input.metadata },
    success_url: input.successUrl,
    cancel_url: input.cancelUrl,
  };
}

const CONSENT_KEY = "save_card_consent";
