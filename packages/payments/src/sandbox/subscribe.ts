import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import { makePaidInvoice } from "./make-invoice.ts";
import type { Stored } from "./objects.ts";

/** Starts what a paid page subscribed to. Such a page names its subscription and its invoice, and no payment. */
export async function startSubscription(book: Book, checkout: Stored<"checkout.session">): Promise<void> {
  const { object, hidden } = checkout;
  if (hidden.subscription === null || typeof object.customer !== "string") return;
  const { period, metadata } = hidden.subscription;
  const subscription = makeSubscription(book, object.customer, metadata);
  const terms = { title: hidden.title, amount: object.amount_total ?? 0, period };
  const stored = { object: subscription, hidden: { ...terms, periodEnd: endOf(book.seconds, period) } };
  await book.tell("customer.subscription.created", subscription);
  await bill(book, stored, book.seconds, "subscription_create");
  object.payment_intent = null;
  object.subscription = subscription.id;
  object.invoice = subscription.latest_invoice;
}

/** A period is over: the next is billed, or the subscription ends where that was wanted. The card always pays. */
export async function renewSubscription(book: Book, stored: Stored<"subscription">): Promise<void> {
  const { object, hidden } = stored;
  if (object.status !== "active") return;
  if (!object.cancel_at_period_end) {
    const start = hidden.periodEnd;
    hidden.periodEnd = endOf(start, hidden.period);
    return bill(book, stored, start, "subscription_cycle");
  }
  object.status = "canceled";
  object.ended_at = book.seconds;
  await book.keep(stored);
  await book.tell("customer.subscription.deleted", object);
}

/** Renews it no more. */
export async function cancelAtPeriodEnd(book: Book, stored: Stored<"subscription">): Promise<void> {
  const { object, hidden } = stored;
  object.cancel_at_period_end = true;
  object.cancel_at = hidden.periodEnd;
  object.canceled_at ??= book.seconds;
  await keepUntilPeriodEnd(book, stored);
  await book.tell("customer.subscription.updated", object);
}

async function bill(
  book: Book,
  stored: Stored<"subscription">,
  start: number,
  reason: "subscription_create" | "subscription_cycle",
): Promise<void> {
  const { object, hidden } = stored;
  const invoice = makePaidInvoice(book, {
    customerId: typeof object.customer === "string" ? object.customer : object.customer.id,
    title: hidden.title,
    amount: hidden.amount,
    reason,
    subscription: { id: object.id, priceId: `price_${object.id}`, metadata: object.metadata },
    period: { start, end: hidden.periodEnd },
    metadata: {},
  });
  object.latest_invoice = invoice.object.id;
  await book.keep(invoice);
  await keepUntilPeriodEnd(book, stored);
  await book.tell("invoice.created", invoice.object);
  await book.tell("invoice.finalized", invoice.object);
  await book.tell("invoice.paid", invoice.object);
  await book.tell("invoice.payment_succeeded", invoice.object);
}

const keepUntilPeriodEnd = (book: Book, stored: Stored<"subscription">): Promise<void> =>
  book.keep(stored, new Date(stored.hidden.periodEnd * 1000));

/** Months keep their day of the month where the next has it. */
function endOf(start: number, period: "day" | "week" | "month"): number {
  if (period !== "month") return start + (period === "day" ? 1 : 7) * 86_400;
  const date = new Date(start * 1000);
  const next = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 2, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), next);
  const time = start % 86_400;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, day) / 1000 + time;
}

function makeSubscription(
  book: Book,
  customer: string,
  metadata: Record<string, string>,
): Stripe.Subscription {
  const id = newId("sub");
  return {
    id,
    object: "subscription",
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: book.seconds,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: "classic" },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: null,
    collection_method: "charge_automatically",
    created: book.seconds,
    currency: "usd",
    customer,
    customer_account: null,
    days_until_due: null,
    default_payment_method: null,
    default_source: null,
    description: null,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: "self" },
    },
    // What is billed stands on its invoices; the rail reads no items.
    items: { object: "list", data: [], has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: book.seconds,
    status: "active",
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: null,
    trial_start: null,
  } satisfies Stripe.Subscription;
}
