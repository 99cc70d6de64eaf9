import type Stripe from "stripe";

/** Stripe's objects that the sandbox keeps, by the name each carries in `object`. */
export type Objects = {
  customer: Stripe.Customer | Stripe.DeletedCustomer;
  payment_method: Stripe.PaymentMethod;
  payment_intent: Stripe.PaymentIntent;
  setup_intent: Stripe.SetupIntent;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  invoice: Stripe.Invoice;
  subscription: Stripe.Subscription;
  "checkout.session": Stripe.Checkout.Session;
  event: Stripe.Event;
};
export type Kind = keyof Objects;

/** What the sandbox knows beside an object and never answers. */
export type Hidden = {
  /** Number of the test card, and whether its owner was there when it was saved. */
  payment_method: { card: string; savedWithOwner: boolean };
  payment_intent: {
    /** The owner has just proven who they are. */
    authenticated: boolean;
    returnUrl: string | null;
    checkoutId: string | null;
    saveCard: boolean;
  };
  setup_intent: { authenticated: boolean; checkoutId: string };
  "checkout.session": {
    title: string;
    description: string | null;
    paymentMetadata: Record<string, string>;
    saveCard: "offer" | "require" | "no";
    consent: string | null;
    invoice: { metadata: Record<string, string> } | null;
    /** What the page subscribes to. */
    subscription: { period: "day" | "week" | "month"; metadata: Record<string, string> } | null;
    /** Shown once, after a card said no. */
    problem: string | null;
  };
  customer: null;
  charge: null;
  refund: null;
  dispute: null;
  invoice: null;
  subscription: { title: string; amount: number; period: "day" | "week" | "month"; periodEnd: number };
  event: null;
};

export type Stored<K extends Kind> = { object: Objects[K]; hidden: Hidden[K] };

/** A webhook still to be delivered. */
export type Delivery = { eventId: string; attempts: number };

/** The first answer to a request with an idempotency key. */
export type Answered = {
  fingerprint: string;
  answeredAt: number;
  answer: { status: number; body: unknown };
};

/**
 * A document read back as what it is. Documents are written in `book.ts` only, each under the kind of its own type,
 * so one found under a kind has that type.
 */
export function asStored<T>(data: unknown): T {
  return data as T;
}
