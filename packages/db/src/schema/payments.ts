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
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { ratebook } from "./schema.ts";

const nanos = (name: string) => bigint(name, { mode: "bigint" });
const cents = (name: string) => bigint(name, { mode: "bigint" });
const instant = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = () => instant("created_at").notNull();
const zero = sql`0`;

/** An amount of credits sold under a name. A credit costs a dollar, so its price says how many; a bonus comes on top. */
export const creditPack = ratebook.table(
  "credit_pack",
  {
    id: uuid("id").primaryKey(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    priceCents: cents("price_cents").notNull(),
    bonusNanos: nanos("bonus_nanos").notNull().default(zero),
    active: boolean("active").notNull().default(true),
    /** Sold from this instant on; null: always was. */
    activeFrom: instant("active_from"),
    /** Half-open; null: no end. */
    activeUntil: instant("active_until"),
    sortOrder: integer("sort_order").notNull().default(0),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("credit_pack_slug").on(table.slug),
    check("credit_pack_amounts", sql`price_cents > 0 and bonus_nanos >= 0`),
  ],
);

/** Extra promotional credits on purchases between two instants. */
export const promotion = ratebook.table(
  "promotion",
  {
    id: uuid("id").primaryKey(),
    label: text("label").notNull(),
    /** Of the price, in basis points. */
    bonusBps: integer("bonus_bps").notNull().default(0),
    bonusNanos: nanos("bonus_nanos").notNull().default(zero),
    /** Null: every purchase of at least `minCents`. */
    packId: uuid("pack_id"),
    minCents: cents("min_cents").notNull().default(zero),
    startsAt: instant("starts_at").notNull(),
    /** Half-open; null: no end. */
    endsAt: instant("ends_at"),
    /** How often one customer may use it; null: without limit. */
    perCustomerLimit: integer("per_customer_limit"),
    /** True: only with one of its codes. */
    needsCode: boolean("needs_code").notNull().default(false),
    /** Days after the purchase when the bonus expires; null: never. */
    bonusDays: integer("bonus_days"),
    active: boolean("active").notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [
    index("promotion_time").on(table.startsAt),
    check("promotion_bonus", sql`bonus_bps between 0 and 100000 and bonus_nanos >= 0 and min_cents >= 0`),
    check("promotion_limit", sql`per_customer_limit > 0`),
  ],
);

/** What a customer types to get a promotion. */
export const promotionCode = ratebook.table(
  "promotion_code",
  {
    /** In upper case. */
    code: text("code").primaryKey(),
    promotionId: uuid("promotion_id").notNull(),
    /** Over all customers; null: without limit. */
    maxUses: integer("max_uses"),
    active: boolean("active").notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [index("promotion_code_promotion").on(table.promotionId)],
);

/** A purchase that uses a promotion: reserved with its order, given back when that fails. */
export const promotionUse = ratebook.table(
  "promotion_use",
  {
    orderId: uuid("order_id").primaryKey(),
    promotionId: uuid("promotion_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    code: text("code"),
    createdAt: createdAt(),
  },
  (table) => [
    index("promotion_use_customer").on(table.promotionId, table.customerId),
    index("promotion_use_code").on(table.code),
  ],
);

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

/** How a customer's credits are refilled by themselves. */
export const autoTopUp = ratebook.table(
  "auto_top_up",
  {
    customerId: uuid("customer_id").primaryKey(),
    enabled: boolean("enabled").notNull(),
    /** `fixed` charges multiples of `amount`; `recharge_to` charges what is missing up to it. */
    mode: text("mode", { enum: ["fixed", "recharge_to"] }).notNull(),
    /** A balance below this is refilled. */
    thresholdNanos: nanos("threshold_nanos").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    dailyCapNanos: nanos("daily_cap_nanos").notNull(),
    monthlyCapNanos: nanos("monthly_cap_nanos").notNull(),
    consentText: text("consent_text"),
    consentAt: instant("consent_at"),
    consentBy: text("consent_by"),
    /** Declines in a row. */
    declines: integer("declines").notNull().default(0),
    /** Not before this, after a decline. */
    retryAt: instant("retry_at"),
    /** Too many declines: until another card is there. */
    suspendedAt: instant("suspended_at"),
    /** The card that was declined last. */
    declinedCard: text("declined_card"),
    /** Disputes and fraud warnings that stop it, by name. */
    frozenBy: text("frozen_by").array().notNull().default(sql`'{}'`),
    /** The wallet's entry at which the balance last fell below; names the attempts for it. */
    crossingSeq: bigint("crossing_seq", { mode: "bigint" }).notNull().default(zero),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("auto_top_up_enabled").on(table.customerId).where(sql`enabled`),
    check("auto_top_up_amounts", sql`threshold_nanos >= 0 and amount_nanos > 0`),
    check("auto_top_up_caps", sql`daily_cap_nanos >= 0 and monthly_cap_nanos >= 0`),
  ],
);

/** One try to refill a wallet; at most one is under way. */
export const autoTopUpAttempt = ratebook.table(
  "auto_top_up_attempt",
  {
    /** The order that it charges. */
    orderId: uuid("order_id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    crossingSeq: bigint("crossing_seq", { mode: "bigint" }).notNull(),
    /** Tries for one crossing, from 0. */
    retry: integer("retry").notNull(),
    trigger: text("trigger", { enum: ["crossing", "refused", "sweep", "manual"] }).notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    balanceNanos: nanos("balance_nanos").notNull(),
    state: text("state", { enum: ["under_way", "succeeded", "declined", "failed"] }).notNull(),
    declineCode: text("decline_code"),
    declineReason: text("decline_reason"),
    message: text("message"),
    createdAt: createdAt(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("auto_top_up_attempt_under_way").on(table.customerId).where(sql`state = 'under_way'`),
    uniqueIndex("auto_top_up_attempt_key").on(table.customerId, table.crossingSeq, table.retry),
    index("auto_top_up_attempt_created").on(table.customerId, table.createdAt),
  ],
);

/** Who got credits for signing up: once an e-mail address, counted by network address. */
export const signupGrant = ratebook.table(
  "signup_grant",
  {
    /** In lower case, without what does not change who reads it. */
    email: text("email").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    address: text("address"),
    amountNanos: nanos("amount_nanos").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("signup_grant_address").on(table.address, table.createdAt)],
);

/** Credits given again every period, expiring at its end except what rolls over. */
export const recurringGrant = ratebook.table(
  "recurring_grant",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    name: text("name").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    /** Left-over credits kept for one more period, at most; 0: none. */
    rolloverCapNanos: nanos("rollover_cap_nanos").notNull().default(zero),
    /** A subscription's invoices drive it in place of the calendar. */
    subscriptionId: text("subscription_id"),
    /** The plan that was subscribed to; null where an operator gave it by hand. */
    planId: uuid("plan_id"),
    /** What the latest invoice granted, and when that ends: what it leaves may roll over into the next period. */
    latestGrantId: uuid("latest_grant_id"),
    latestEndsAt: instant("latest_ends_at"),
    /** The customer has said that it is not to be renewed. */
    cancelledAt: instant("cancelled_at"),
    anchorAt: instant("anchor_at").notNull(),
    /** Periods granted so far; numbers the next one. */
    granted: integer("granted").notNull().default(0),
    /** When the next one is due; null where a subscription says. */
    nextAt: instant("next_at"),
    active: boolean("active").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("recurring_grant_customer").on(table.customerId),
    uniqueIndex("recurring_grant_subscription").on(table.subscriptionId),
    index("recurring_grant_due").on(table.nextAt).where(sql`active and next_at is not null`),
    check("recurring_grant_amounts", sql`amount_nanos > 0 and rollover_cap_nanos >= 0`),
  ],
);
