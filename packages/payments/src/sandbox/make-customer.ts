import type Stripe from "stripe";
import { type Book, newId } from "./book.ts";
import type { Stored } from "./objects.ts";
import type { TestCard } from "./test-cards.ts";

export function makeCustomer(
  book: Book,
  input: { name: string | null; email: string | null; metadata: Record<string, string> },
): Stored<"customer"> & { object: Stripe.Customer } {
  const object = {
    id: newId("cus"),
    object: "customer",
    balance: 0,
    created: book.seconds,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    email: input.email,
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: input.metadata,
    name: input.name,
    phone: null,
    shipping: null,
    tax_exempt: "none",
  } satisfies Stripe.Customer;
  return { object, hidden: null };
}

/** A card as the hosted page or a token makes it; nobody's until it is attached. */
export function makePaymentMethod(
  book: Book,
  card: TestCard,
  expiry: { month: number; year: number },
): Stored<"payment_method"> {
  const object = {
    id: newId("pm"),
    object: "payment_method",
    allow_redisplay: "unspecified",
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      display_brand: card.brand,
      exp_month: expiry.month,
      exp_year: expiry.year,
      fingerprint: `sandbox${card.number.slice(-8)}`,
      funding: "credit",
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: "unregulated",
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: book.seconds,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: "card",
  } satisfies Stripe.PaymentMethod;
  return { object, hidden: { card: card.number, savedWithOwner: false } };
}
