import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import type { Stored } from "./objects.ts";

export type InvoiceInput = {
  customerId: string;
  title: string;
  amount: number;
  reason: "manual" | "subscription_create" | "subscription_cycle";
  subscription: { id: string; priceId: string; metadata?: Record<string, string> } | null;
  period: { start: number; end: number };
  metadata: Record<string, string>;
};

/** An invoice with one line, paid in full. */
export function makePaidInvoice(book: Book, input: InvoiceInput): Stored<"invoice"> {
  const id = newId("in");
  const object = {
    id,
    object: "invoice",
    account_country: "US",
    account_name: "Ratebook sandbox",
    account_tax_ids: null,
    amount_due: input.amount,
    amount_overpaid: 0,
    amount_paid: input.amount,
    amount_remaining: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 1,
    attempted: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: input.reason,
    collection_method: "charge_automatically",
    created: book.seconds,
    currency: "usd",
    custom_fields: null,
    customer: input.customerId,
    customer_account: null,
    customer_address: null,
    customer_email: null,
    customer_name: null,
    customer_phone: null,
    customer_shipping: null,
    customer_tax_exempt: "none",
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: [],
    due_date: null,
    effective_at: book.seconds,
    ending_balance: 0,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: "self" },
    last_finalization_error: null,
    latest_revision: null,
    lines: {
      object: "list",
      data: [makeLine(id, input)],
      has_more: false,
      url: `/v1/invoices/${id}/lines`,
    },
    livemode: false,
    metadata: input.metadata,
    next_payment_attempt: null,
    number: `SANDBOX-${id.slice(-8).toUpperCase()}`,
    on_behalf_of: null,
    parent: input.subscription && {
      quote_details: null,
      subscription_details: {
        metadata: input.subscription.metadata ?? {},
        subscription: input.subscription.id,
      },
      type: "subscription_details",
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: input.period.end,
    period_start: input.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: "paid",
    status_transitions: {
      finalized_at: book.seconds,
      marked_uncollectible_at: null,
      paid_at: book.seconds,
      voided_at: null,
    },
    subtotal: input.amount,
    subtotal_excluding_tax: input.amount,
    test_clock: null,
    total: input.amount,
    total_discount_amounts: [],
    total_excluding_tax: input.amount,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: null,
  } satisfies Stripe.Invoice;
  return { object, hidden: null };
}

function makeLine(invoiceId: string, input: InvoiceInput): Stripe.InvoiceLineItem {
  const { subscription } = input;
  return {
    id: newId("il"),
    object: "line_item",
    amount: input.amount,
    currency: "usd",
    description: input.title,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: invoiceId,
    livemode: false,
    metadata: {},
    parent: subscription && {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: null,
        subscription: subscription.id,
        subscription_item: `si_${subscription.id}`,
      },
      type: "subscription_item_details",
    },
    period: input.period,
    pretax_credit_amounts: [],
    pricing: subscription && {
      price_details: { price: subscription.priceId, product: `prod_${subscription.priceId}` },
      type: "price_details",
      unit_amount_decimal: null,
    },
    quantity: 1,
    quantity_decimal: null,
    subscription: subscription?.id ?? null,
    subtotal: input.amount,
    taxes: [],
  };
}
