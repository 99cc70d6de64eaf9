import type { RailCard, RailCheckout, RailCustomer, RailInvoice } from "@ratebook/billing";
import type Stripe from "stripe";
import { idOf, toCents, toDate } from "./cents.ts";
import { ORDER_KEY } from "./map-payment.ts";

export function toCustomer(customer: Stripe.Customer | Stripe.DeletedCustomer): RailCustomer {
  if (customer.deleted) return { id: customer.id, deleted: true, defaultCardId: null };
  return {
    id: customer.id,
    deleted: false,
    defaultCardId: idOf(customer.invoice_settings.default_payment_method),
  };
}

/** @param defaultCardId the customer's default, where known */
export function toCard(method: Stripe.PaymentMethod, defaultCardId: string | null): RailCard {
  return {
    id: method.id,
    customerId: idOf(method.customer),
    brand: method.card?.brand ?? method.type,
    lastFour: method.card?.last4 ?? "",
    expiryMonth: method.card?.exp_month ?? 0,
    expiryYear: method.card?.exp_year ?? 0,
    fingerprint: method.card?.fingerprint ?? null,
    isDefault: method.id === defaultCardId,
    createdAt: toDate(method.created),
  };
}

export function toCheckout(session: Stripe.Checkout.Session): RailCheckout {
  const status = CHECKOUT_STATES.find((state) => state === session.status) ?? "open";
  const mode = CHECKOUT_MODES.find((known) => known === session.mode) ?? "payment";
  return {
    id: session.id,
    mode,
    status,
    paid: session.payment_status === "paid",
    url: status === "open" ? session.url : null,
    customerId: idOf(session.customer),
    orderId: session.metadata?.[ORDER_KEY] ?? null,
    amountCents: toCents(session.amount_total ?? 0),
    currency: session.currency ?? "usd",
    paymentId: idOf(session.payment_intent),
    setupId: idOf(session.setup_intent),
    invoiceId: idOf(session.invoice),
    metadata: session.metadata ?? {},
    createdAt: toDate(session.created),
    expiresAt: toDate(session.expires_at),
    live: session.livemode,
  };
}

export function toInvoice(invoice: Stripe.Invoice): RailInvoice {
  const lines = invoice.lines.data;
  const plan = lines.find((line) => line.parent?.type === "subscription_item_details");
  return {
    id: invoice.id,
    number: invoice.number,
    status: INVOICE_STATES.find((state) => state === invoice.status) ?? "unknown",
    customerId: idOf(invoice.customer),
    subscriptionId: idOf(invoice.parent?.subscription_details?.subscription),
    subscriptionMetadata: invoice.parent?.subscription_details?.metadata ?? {},
    reason: invoice.billing_reason,
    subtotalCents: toCents(invoice.subtotal),
    totalCents: toCents(invoice.total),
    paidCents: toCents(invoice.amount_paid),
    currency: invoice.currency,
    periodStart: toDate(plan?.period.start ?? invoice.period_start),
    periodEnd: toDate(plan?.period.end ?? invoice.period_end),
    priceIds: lines.flatMap((line) => idOf(line.pricing?.price_details?.price) ?? []),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    pdfUrl: invoice.invoice_pdf ?? null,
    metadata: invoice.metadata ?? {},
    createdAt: toDate(invoice.created),
  };
}

const CHECKOUT_STATES = ["open", "complete", "expired"] as const satisfies readonly RailCheckout["status"][];

const CHECKOUT_MODES = [
  "payment",
  "setup",
  "subscription",
] as const satisfies readonly RailCheckout["mode"][];

const INVOICE_STATES = [
  "draft",
  "open",
  "paid",
  "uncollectible",
  "void",
] as const satisfies readonly RailInvoice["status"][];
