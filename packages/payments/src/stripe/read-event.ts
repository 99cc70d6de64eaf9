import type { RailEvent, RailFact } from "@ratebook/billing";
import { must } from "@ratebook/core";
import type Stripe from "stripe";
import { idOf, toDate } from "./cents.ts";
import { ORDER_KEY } from "./map-payment.ts";

/** A Stripe event in our words; types nobody here knows become `other`. */
export function readEvent(event: Stripe.Event): RailEvent {
  return {
    id: event.id,
    type: event.type,
    createdAt: toDate(event.created),
    live: event.livemode,
    ...factOf(event),
  };
}

function factOf(event: Stripe.Event): RailFact {
  if (isIn(CHECKOUT, event)) return checkout(CHECKOUT[event.type], event.data.object);
  if (isIn(PAYMENT, event)) return payment(PAYMENT[event.type], event.data.object);
  if (isIn(DISPUTE, event)) return dispute(DISPUTE[event.type], event.data.object);
  if (isIn(REFUND, event)) return refund(REFUND[event.type], event.data.object);
  if (event.type === "payment_method.attached") {
    return card("attached", event.data.object.id, idOf(event.data.object.customer));
  }
  if (event.type === "payment_method.detached") {
    // The object has lost its customer by now; only the change says whose it was.
    return card("detached", event.data.object.id, idOf(event.data.previous_attributes?.customer));
  }
  if (event.type === "setup_intent.succeeded") {
    const { id, customer, payment_method } = event.data.object;
    const cardId = idOf(payment_method);
    return { kind: "setup", state: "succeeded", setupId: id, customerId: idOf(customer), cardId };
  }
  if (event.type === "charge.refunded") {
    const { id, payment_intent, customer } = event.data.object;
    const paymentId = idOf(payment_intent);
    return { kind: "charge_refunded", chargeId: id, paymentId, customerId: idOf(customer) };
  }
  if (event.type === "radar.early_fraud_warning.created") {
    const { id, charge, payment_intent } = event.data.object;
    const chargeId = must(idOf(charge), "a fraud warning is about a charge");
    return { kind: "fraud_warning", warningId: id, chargeId, paymentId: idOf(payment_intent) };
  }
  if (event.type === "customer.deleted") {
    return { kind: "customer_deleted", customerId: event.data.object.id };
  }
  if (event.type === "customer.subscription.updated" || event.type === "customer.subscription.deleted") {
    const { id, cancel_at, cancel_at_period_end } = event.data.object;
    const state = event.type === "customer.subscription.deleted" ? "deleted" : "updated";
    const renews = state === "updated" && !cancel_at_period_end && cancel_at === null;
    return { kind: "subscription", state, subscriptionId: id, renews };
  }
  return isInvoiceEvent(event) ? invoice(event) : { kind: "other" };
}

type Named<T extends Stripe.Event["type"]> = Extract<Stripe.Event, { type: T }>;
type StateOf<K extends RailFact["kind"]> = Extract<RailFact, { kind: K; state: unknown }>["state"];

function isIn<T extends Stripe.Event["type"]>(
  table: Readonly<Record<T, string>>,
  event: Stripe.Event,
): event is Named<T> {
  return Object.hasOwn(table, event.type);
}

const CHECKOUT = {
  "checkout.session.completed": "completed",
  "checkout.session.async_payment_succeeded": "async_payment_succeeded",
  "checkout.session.async_payment_failed": "async_payment_failed",
  "checkout.session.expired": "expired",
} as const;

const PAYMENT = {
  "payment_intent.succeeded": "succeeded",
  "payment_intent.payment_failed": "failed",
  "payment_intent.requires_action": "requires_action",
  "payment_intent.processing": "processing",
  "payment_intent.canceled": "canceled",
} as const;

const DISPUTE = {
  "charge.dispute.created": "created",
  "charge.dispute.updated": "updated",
  "charge.dispute.funds_withdrawn": "funds_withdrawn",
  "charge.dispute.funds_reinstated": "funds_reinstated",
  "charge.dispute.closed": "closed",
} as const;

const REFUND = {
  "refund.created": "created",
  "refund.updated": "updated",
  "charge.refund.updated": "updated",
  "refund.failed": "failed",
} as const;

function checkout(state: StateOf<"checkout">, session: Stripe.Checkout.Session): RailFact {
  return {
    kind: "checkout",
    state,
    checkoutId: session.id,
    customerId: idOf(session.customer),
    orderId: session.metadata?.[ORDER_KEY] ?? null,
    paymentId: idOf(session.payment_intent),
    setupId: idOf(session.setup_intent),
  };
}

function payment(state: StateOf<"payment">, intent: Stripe.PaymentIntent): RailFact {
  return {
    kind: "payment",
    state,
    paymentId: intent.id,
    customerId: idOf(intent.customer),
    orderId: intent.metadata[ORDER_KEY] ?? null,
  };
}

function dispute(state: StateOf<"dispute">, { id, charge, payment_intent }: Stripe.Dispute): RailFact {
  const chargeId = must(idOf(charge), "a dispute is about a charge");
  return { kind: "dispute", state, disputeId: id, chargeId, paymentId: idOf(payment_intent) };
}

function refund(state: StateOf<"refund">, { id, charge, payment_intent }: Stripe.Refund): RailFact {
  return { kind: "refund", state, refundId: id, chargeId: idOf(charge), paymentId: idOf(payment_intent) };
}

function card(state: StateOf<"card">, cardId: string, customerId: string | null): RailFact {
  return { kind: "card", state, cardId, customerId };
}

type InvoiceEvent = Extract<Stripe.Event, { data: { object: Stripe.Invoice } }>;

/** Every event of this family carries an invoice, whatever happened to it. */
const isInvoiceEvent = (event: Stripe.Event): event is InvoiceEvent => event.type.startsWith("invoice.");

function invoice(event: InvoiceEvent): RailFact {
  const { id, customer, parent } = event.data.object;
  return {
    kind: "invoice",
    state: event.type.slice("invoice.".length),
    // A preview of an invoice to come has no id.
    invoiceId: id ?? null,
    customerId: idOf(customer),
    subscriptionId: idOf(parent?.subscription_details?.subscription),
  };
}
