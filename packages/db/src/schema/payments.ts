import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

const cents = (name: string) => bigint(name, { mode: "bigint" });
const createdAt = () => instant("created_at").notNull();

/** Where a purchase stands. Credits exist for `settled` only. */
export const ORDER_STATES = [
  /** Priced, nobody else knows of it. */
  "quoted",
  /** The rail is being asked. */
  "provider_started",
  /** The rail has it: a page is open, a payment is on its way or waits for the customer. */
  "delivered",
  /** The rail gave no answer; it is asked again. */
  "ambiguous",
  "settled",
  /** Declined, expired or refused. A payment that succeeds later still settles it. */
  "failed",
] as const;

/** One purchase, bound for ever to its gateway, amount and currency. */
export const paymentOrder = ratebook.table(
  "payment_order",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    /** The caller's key; the order's own id where none was given. */
    clientKey: text("client_key").notNull(),
    /** What the caller asked for; the same key with another one is a conflict. */
    meaning: text("meaning").notNull(),
    kind: text("kind", { enum: ["checkout", "auto_top_up", "subscription"] }).notNull(),
    gateway: text("gateway", { enum: ["stripe", "sandbox"] }).notNull(),
    /** Paid with test cards, the sandbox's or those of Stripe's test mode: the credits are worth nothing. */
    test: boolean("test").notNull(),
    currency: text("currency", { enum: ["usd"] }).notNull(),
    /** What the rail takes. */
    amountCents: cents("amount_cents").notNull(),
    /** Purchased credits: the net subtotal, never the total with tax. */
    creditsNanos: nanos("credits_nanos").notNull(),
    /** Promotional credits on top. */
    bonusNanos: nanos("bonus_nanos").notNull().default(zero),
    bonusExpiresAt: instant("bonus_expires_at"),
    packId: uuid("pack_id"),
    title: text("title").notNull(),
    state: text("state", { enum: ORDER_STATES }).notNull(),
    /** What the rail is asked, so that asking again asks the same. */
    request: jsonb("request").notNull(),
    checkoutId: text("checkout_id"),
    paymentId: text("payment_id"),
    railInvoiceId: text("rail_invoice_id"),
    /** Where the customer goes on: the open page, or the bank's question. */
    url: text("url"),
    expiresAt: instant("expires_at"),
    failureCode: text("failure_code"),
    failureMessage: text("failure_message"),
    /** Why the rail's payment may not settle this order: another amount, currency or order. Nothing was credited. */
    mismatch: text("mismatch"),
    cardBrand: text("card_brand"),
    cardLastFour: text("card_last_four"),
    /** Refunds that are made or on their way. */
    refundedCents: cents("refunded_cents").notNull().default(zero),
    /** Of open and lost disputes. */
    disputedCents: cents("disputed_cents").notNull().default(zero),
    /** Credits taken back because of refunds and disputes, debt included. */
    creditsTakenNanos: nanos("credits_taken_nanos").notNull().default(zero),
    bonusTakenNanos: nanos("bonus_taken_nanos").notNull().default(zero),
    /** Ledger operations of this order so far; numbers the next one. */
    steps: integer("steps").notNull().default(0),
    /** Moves with every reconciliation, so that an older view of the rail is never written over a newer one. */
    version: integer("version").notNull().default(0),
    createdAt: createdAt(),
    settledAt: instant("settled_at"),
    /** A test purchase whose unspent credits were taken away for good. */
    purgedAt: instant("purged_at"),
    /** When the sweeper asks the rail again; null: an event will tell. */
    dueAt: instant("due_at"),
  },
  (table) => [
    uniqueIndex("payment_order_key").on(table.customerId, table.clientKey),
    uniqueIndex("payment_order_checkout").on(table.gateway, table.checkoutId),
    uniqueIndex("payment_order_payment").on(table.gateway, table.paymentId),
    index("payment_order_customer").on(table.customerId, table.createdAt),
    index("payment_order_test").on(table.id).where(sql`test and purged_at is null`),
    index("payment_order_due").on(table.dueAt).where(sql`due_at is not null`),
    check("payment_order_amounts", sql`amount_cents > 0 and credits_nanos > 0 and bonus_nanos >= 0`),
    check(
      "payment_order_taken",
      sql`credits_taken_nanos between 0 and credits_nanos and bonus_taken_nanos between 0 and bonus_nanos`,
    ),
    check("payment_order_settled", sql`(state = 'settled') = (settled_at is not null)`),
  ],
);

/** A ledger operation that a purchase caused: its grants, what was taken back, what was restored. */
export const paymentPosting = ratebook.table(
  "payment_posting",
  {
    opId: uuid("op_id").primaryKey(),
    orderId: uuid("order_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    part: text("part", { enum: ["credits", "bonus"] }).notNull(),
    /** More than 0 for a grant, less for what was taken back, debt included. */
    amountNanos: nanos("amount_nanos").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("payment_posting_order").on(table.orderId, table.createdAt)],
);

/** Who a customer is on a rail. */
export const railCustomer = ratebook.table(
  "rail_customer",
  {
    customerId: uuid("customer_id").notNull(),
    gateway: text("gateway", { enum: ["stripe", "sandbox"] }).notNull(),
    railId: text("rail_id").notNull(),
    createdAt: createdAt(),
    /** The rail says that it is gone. */
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.gateway] }),
    uniqueIndex("rail_customer_rail_id").on(table.gateway, table.railId),
  ],
);

/** A card the rail keeps for a customer; the rail's own list is the truth and is copied whole. */
export const savedCard = ratebook.table(
  "saved_card",
  {
    gateway: text("gateway", { enum: ["stripe", "sandbox"] }).notNull(),
    cardId: text("card_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    brand: text("brand").notNull(),
    lastFour: text("last_four").notNull(),
    expiryMonth: integer("expiry_month").notNull(),
    expiryYear: integer("expiry_year").notNull(),
    fingerprint: text("fingerprint"),
    isDefault: boolean("is_default").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.gateway, table.cardId] }),
    index("saved_card_customer").on(table.customerId),
  ],
);

/** What a customer agreed to when a card was saved or auto top-up was switched on. */
export const paymentConsent = ratebook.table(
  "payment_consent",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    purpose: text("purpose", { enum: ["save_card", "auto_top_up"] }).notNull(),
    text: text("text").notNull(),
    givenBy: text("given_by").notNull(),
    givenAt: instant("given_at").notNull(),
  },
  (table) => [index("payment_consent_customer").on(table.customerId, table.givenAt)],
);

/** A webhook event, kept once. */
export const paymentEvent = ratebook.table(
  "payment_event",
  {
    gateway: text("gateway", { enum: ["stripe", "sandbox"] }).notNull(),
    eventId: text("event_id").notNull(),
    type: text("type").notNull(),
    live: boolean("live").notNull(),
    /** The event in our words. */
    fact: jsonb("fact").notNull(),
    orderId: uuid("order_id"),
    /** When the rail made it. */
    occurredAt: instant("occurred_at").notNull(),
    receivedAt: instant("received_at").notNull(),
    handledAt: instant("handled_at"),
    /** What became of it, in a word. */
    outcome: text("outcome"),
  },
  (table) => [
    primaryKey({ columns: [table.gateway, table.eventId] }),
    index("payment_event_received").on(table.receivedAt),
    index("payment_event_open").on(table.receivedAt).where(sql`handled_at is null`),
    index("payment_event_order").on(table.orderId),
  ],
);

/** Money on its way back. */
export const paymentRefund = ratebook.table(
  "payment_refund",
  {
    id: uuid("id").primaryKey(),
    orderId: uuid("order_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    /** The operator's key; the rail's id where it was made elsewhere. */
    clientKey: text("client_key").notNull(),
    railId: text("rail_id"),
    amountCents: cents("amount_cents").notNull(),
    /** `requested`: the rail has not answered yet. `failed` gave the credits back. */
    state: text("state", { enum: ["requested", "pending", "succeeded", "failed"] }).notNull(),
    reason: text("reason").notNull(),
    /** The operator agreed that spent credits become debt. */
    debtAllowed: boolean("debt_allowed").notNull(),
    failureReason: text("failure_reason"),
    requestedBy: text("requested_by").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    unique("payment_refund_key").on(table.orderId, table.clientKey),
    uniqueIndex("payment_refund_rail_id").on(table.railId),
    index("payment_refund_created").on(table.createdAt),
    index("payment_refund_open").on(table.createdAt).where(sql`state = 'requested'`),
    check("payment_refund_amount", sql`amount_cents > 0`),
  ],
);

/** A card holder's objection to a payment. */
export const paymentDispute = ratebook.table(
  "payment_dispute",
  {
    gateway: text("gateway", { enum: ["stripe", "sandbox"] }).notNull(),
    railId: text("rail_id").notNull(),
    orderId: uuid("order_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    amountCents: cents("amount_cents").notNull(),
    reason: text("reason").notNull(),
    state: text("state", { enum: ["inquiry", "open", "won", "lost", "prevented"] }).notNull(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.gateway, table.railId] }),
    index("payment_dispute_order").on(table.orderId),
    index("payment_dispute_created").on(table.createdAt),
  ],
);
