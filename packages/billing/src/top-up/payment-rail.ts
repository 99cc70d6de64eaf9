import type { Result } from "@ratebook/core";
import type { RailEvent, WebhookRefusal } from "./rail-event.ts";

/**
 * Where card money comes from. Amounts are whole US cents as bigint; ids are the rail's own.
 *
 * Every call that changes something carries the caller's idempotency key: the same key and the same request give the
 * first answer again and do nothing twice. A rail keeps keys at least 24 hours; after that, look before repeating.
 */
export type PaymentRail = {
  /** Names the contra account money arrives in: `clearing:stripe` or `clearing:sandbox`. */
  name: RailName;
  /** True where real cards are charged. */
  live: boolean;

  /** Gives the customer under `known` where it still exists, else makes one. */
  ensureCustomer: (input: EnsureCustomer) => Promise<Result<RailCustomer, RailError>>;

  /** Opens a hosted page on which the customer pays once. */
  openCheckout: (input: OpenCheckout) => Promise<Result<RailCheckout, RailError>>;
  /** Opens a hosted page on which the customer saves a card and pays nothing. */
  openSetup: (input: OpenSetup) => Promise<Result<RailCheckout, RailError>>;
  readCheckout: (checkoutId: string) => Promise<Result<RailCheckout, RailError>>;
  /** Closes an open page; `rail_refused` where it was completed or expired before. */
  expireCheckout: (checkoutId: string) => Promise<Result<RailCheckout, RailError>>;
  /**
   * The customer's checkouts made after `since`, or up to five minutes before it because clocks differ, newest first, at
   * most 100: how a lost answer is found again.
   */
  findCheckouts: (input: Found) => Promise<Result<RailCheckout[], RailError>>;

  /** Charges a saved card while the customer is away. Declines are outcomes, not errors. */
  charge: (input: ChargeCard) => Promise<ChargeOutcome>;
  readPayment: (paymentId: string) => Promise<Result<RailPayment, RailError>>;
  /** Gives up a payment that has not succeeded; `rail_refused` where it has. */
  cancelPayment: (input: CancelPayment) => Promise<Result<RailPayment, RailError>>;
  /** The customer's payments, likewise. */
  findPayments: (input: Found) => Promise<Result<RailPayment[], RailError>>;

  /** Saved cards of the customer, newest first, at most 100; one of them may be the default. */
  listCards: (customerId: string) => Promise<Result<RailCard[], RailError>>;
  readCard: (cardId: string) => Promise<Result<RailCard, RailError>>;
  /** Saves a card that a hosted page made, for the customer. */
  attachCard: (input: CardOfCustomer) => Promise<Result<RailCard, RailError>>;
  /** Forgets a card for good; one that is forgotten already is `rail_not_found` or `rail_refused`. */
  detachCard: (cardId: string) => Promise<Result<RailCard, RailError>>;
  setDefaultCard: (input: CardOfCustomer) => Promise<Result<RailCustomer, RailError>>;

  refund: (input: RefundPayment) => Promise<Result<RailRefund, RailError>>;
  readRefund: (refundId: string) => Promise<Result<RailRefund, RailError>>;
  /** All refunds of a payment, newest first, at most 100: what counts, whatever order their events came in. */
  listRefunds: (paymentId: string) => Promise<Result<RailRefund[], RailError>>;

  readDispute: (disputeId: string) => Promise<Result<RailDispute, RailError>>;
  listDisputes: (paymentId: string) => Promise<Result<RailDispute[], RailError>>;

  /** Opens a hosted page on which the customer subscribes: pays now and every period, with a card that is kept. */
  openSubscription: (input: OpenSubscription) => Promise<Result<RailCheckout, RailError>>;
  /** Renews a subscription no more; what is paid for goes on to its end. Cancelling again changes nothing. */
  cancelSubscription: (input: CancelSubscription) => Promise<Result<{ endsAt: Date | null }, RailError>>;

  readInvoice: (invoiceId: string) => Promise<Result<RailInvoice, RailError>>;

  /** Checks who sent a webhook and when, then reads it. Nothing in a refused one may be believed. */
  parseWebhook: (input: IncomingWebhook) => Promise<Result<RailEvent, WebhookRefusal>>;
  /** Events made at or after `since`, newest first, at most 100 a page: for a sweep of what never arrived. */
  listEvents: (input: EventPage) => Promise<Result<{ events: RailEvent[]; more: boolean }, RailError>>;
};

export type RailName = "stripe" | "sandbox";

export type RailError =
  /** No answer, or one that says "later". Whether a write happened is unknown: repeat it under its key. */
  | { kind: "rail_unavailable"; message: string }
  /** The rail understood and said no; repeating the same changes nothing. */
  | { kind: "rail_refused"; code: string | null; param: string | null; message: string }
  | { kind: "rail_not_found"; message: string }
  /** The key was used before for another request. */
  | { kind: "rail_key_conflict"; message: string }
  /** Our own credentials were refused. */
  | { kind: "rail_unauthorized"; message: string };

export type EnsureCustomer = {
  /** The rail's id of this customer from an earlier call, if there was one. */
  known: string | null;
  /** Our customer id; kept on the rail's object. */
  reference: string;
  name: string;
  email: string | null;
  idempotencyKey: string;
};

export type OpenCheckout = {
  customerId: string;
  orderId: string;
  amountCents: bigint;
  /** What the page and the card statement's receipt call it, for example `Starter pack: 50 credits`. */
  title: string;
  /**
   * `offer` shows a box to tick, `require` saves the card with the payment, `no` does neither. `consent` is the text
   * beside it, at most 500 characters, and is kept on the checkout.
   */
  saveCard: { mode: "offer" | "require"; consent: string } | { mode: "no" };
  /** `{CHECKOUT_SESSION_ID}` in it becomes the checkout's id. */
  successUrl: string;
  cancelUrl: string;
  /** Has the rail issue the legal invoice of this purchase. */
  railInvoice?: boolean;
  metadata?: Readonly<Record<string, string>>;
  idempotencyKey: string;
};

export type OpenSetup = {
  customerId: string;
  consent: string;
  successUrl: string;
  cancelUrl: string;
  metadata?: Readonly<Record<string, string>>;
  idempotencyKey: string;
};

export type OpenSubscription = {
  customerId: string;
  amountCents: bigint;
  period: "day" | "week" | "month";
  title: string;
  successUrl: string;
  cancelUrl: string;
  /** Kept on the subscription and told with each of its invoices. */
  metadata: Readonly<Record<string, string>>;
  idempotencyKey: string;
};
export type CancelSubscription = { subscriptionId: string; idempotencyKey: string };

export type ChargeCard = {
  customerId: string;
  cardId: string;
  orderId: string;
  amountCents: bigint;
  title: string;
  /** Where the customer comes back to after proving who they are, should the bank ask for it. */
  returnUrl: string;
  metadata?: Readonly<Record<string, string>>;
  idempotencyKey: string;
};

export type ChargeOutcome =
  | { kind: "succeeded"; payment: RailPayment }
  /** The money is on its way; the payment's events, or reading it again, tell the end. */
  | { kind: "processing"; payment: RailPayment }
  /** The bank wants the customer: send them to `url`. The same payment goes on from there. */
  | { kind: "requires_action"; payment: RailPayment; url: string }
  | { kind: "declined"; paymentId: string | null; decline: Decline }
  /** Nobody knows whether the card was charged. Repeat under the same key, or find the payment by its order. */
  | { kind: "ambiguous"; message: string }
  /** The request itself was refused; no card was charged. */
  | { kind: "refused"; error: RailError };

/** `code` says what went wrong (`card_declined`), `declineCode` why the bank did it (`insufficient_funds`). */
export type Decline = { code: string; declineCode: string | null; message: string };

export type CancelPayment = { paymentId: string; idempotencyKey: string };
export type CardOfCustomer = { customerId: string; cardId: string };
export type RefundPayment = {
  paymentId: string;
  /** Absent: all that is left. */
  amountCents?: bigint;
  reason?: "duplicate" | "fraudulent" | "requested_by_customer";
  metadata?: Readonly<Record<string, string>>;
  idempotencyKey: string;
};
export type Found = { customerId: string; since: Date };
export type EventPage = { since: Date /** The last event of the page before. */; after?: string };
export type IncomingWebhook = { body: Uint8Array | string; signature: string | null; now: Date };

export type RailCustomer = { id: string; deleted: boolean; defaultCardId: string | null };

export type RailCheckout = {
  id: string;
  mode: "payment" | "setup" | "subscription";
  status: "open" | "complete" | "expired";
  /** Credits belong to `paid` only; a complete checkout may still be unpaid. */
  paid: boolean;
  /** Where the customer goes; null once it is complete or expired. */
  url: string | null;
  customerId: string | null;
  orderId: string | null;
  amountCents: bigint;
  currency: string;
  paymentId: string | null;
  setupId: string | null;
  invoiceId: string | null;
  metadata: Readonly<Record<string, string>>;
  createdAt: Date;
  expiresAt: Date;
  live: boolean;
};

export type RailPayment = {
  id: string;
  /** Credits belong to `succeeded` only. `requires_payment_method` after a `decline` means the card said no. */
  status:
    | "requires_payment_method"
    | "requires_confirmation"
    | "requires_action"
    | "requires_capture"
    | "processing"
    | "canceled"
    | "succeeded";
  amountCents: bigint;
  receivedCents: bigint;
  /** As the charge says: pending refunds included, failed ones taken out again. */
  refundedCents: bigint;
  currency: string;
  customerId: string | null;
  orderId: string | null;
  cardId: string | null;
  card: { brand: string; lastFour: string } | null;
  chargeId: string | null;
  disputed: boolean;
  decline: Decline | null;
  actionUrl: string | null;
  metadata: Readonly<Record<string, string>>;
  createdAt: Date;
  live: boolean;
};

export type RailCard = {
  id: string;
  customerId: string | null;
  brand: string;
  lastFour: string;
  expiryMonth: number;
  expiryYear: number;
  /** The same for the same card number, whoever saved it. */
  fingerprint: string | null;
  isDefault: boolean;
  createdAt: Date;
};

export type RailRefund = {
  id: string;
  paymentId: string | null;
  chargeId: string | null;
  amountCents: bigint;
  currency: string;
  /** `failed` and `canceled` gave the money back to us. */
  status: "pending" | "requires_action" | "succeeded" | "failed" | "canceled";
  failureReason: string | null;
  metadata: Readonly<Record<string, string>>;
  createdAt: Date;
};

export type RailDispute = {
  id: string;
  paymentId: string | null;
  chargeId: string;
  amountCents: bigint;
  currency: string;
  reason: string;
  /** `inquiry` has taken no money. `prevented` ended without one. */
  state: "inquiry" | "open" | "won" | "lost" | "prevented";
  /** What the rail has taken from us because of it and not given back, without fees. */
  withdrawnCents: bigint;
  createdAt: Date;
};

export type RailInvoice = {
  id: string;
  number: string | null;
  status: "draft" | "open" | "paid" | "uncollectible" | "void" | "unknown";
  customerId: string | null;
  subscriptionId: string | null;
  /** What was kept on its subscription. */
  subscriptionMetadata: Readonly<Record<string, string>>;
  /** Why it was made, for example `subscription_cycle` or `manual`. */
  reason: string | null;
  subtotalCents: bigint;
  totalCents: bigint;
  paidCents: bigint;
  currency: string;
  /** The period of its first subscription line, else the invoice's own. */
  periodStart: Date;
  periodEnd: Date;
  /** Ids of the prices on its lines. */
  priceIds: readonly string[];
  hostedUrl: string | null;
  pdfUrl: string | null;
  metadata: Readonly<Record<string, string>>;
  createdAt: Date;
};
