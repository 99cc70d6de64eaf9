import { sql } from "drizzle-orm";
import { bigint, check, index, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** Whole units of the token, as its contract counts. */
const units = (name: string) => bigint(name, { mode: "bigint" });
const seconds = (name: string) => bigint(name, { mode: "bigint" });

/** Terms shown to a customer who wants to pay with a token: one price, payable once. */
export const x402Intent = ratebook.table(
  "x402_intent",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    network: text("network").notNull(),
    asset: text("asset").notNull(),
    payTo: text("pay_to").notNull(),
    priceNanos: nanos("price_nanos").notNull(),
    priceUnits: units("price_units").notNull(),
    /** The payment these terms are bound to; given back when it fails. */
    settlementId: uuid("settlement_id"),
    createdAt: instant("created_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("x402_intent_customer").on(table.customerId, table.priceNanos, table.createdAt),
    index("x402_intent_unpaid").on(table.expiresAt).where(sql`settlement_id is null`),
    check("x402_intent_amounts", sql`price_nanos > 0 and price_units > 0`),
  ],
);

export const X402_STATES = [
  /** The signature and what it signs are good; nobody was asked to move money. */
  "verified",
  /** The facilitator was asked, or is about to be: the money may have moved. */
  "settling",
  /** On the chain and credited. */
  "settled",
  /** Not on the chain. Should it turn up there while it still can, it is settled all the same. */
  "failed",
] as const;

/** One signed authorization to move tokens to us, used at most once. */
export const x402Settlement = ratebook.table(
  "x402_settlement",
  {
    id: uuid("id").primaryKey(),
    intentId: uuid("intent_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    version: integer("version").notNull(),
    network: text("network").notNull(),
    asset: text("asset").notNull(),
    payTo: text("pay_to").notNull(),
    payer: text("payer").notNull(),
    valueUnits: units("value_units").notNull(),
    /** What the value is worth: what is credited, also where it is more than the price. */
    creditsNanos: nanos("credits_nanos").notNull(),
    validAfter: seconds("valid_after").notNull(),
    validBefore: seconds("valid_before").notNull(),
    nonce: text("nonce").notNull(),
    signature: text("signature").notNull(),
    state: text("state", { enum: X402_STATES }).notNull(),
    /** Times the facilitator was asked to settle. */
    attempts: integer("attempts").notNull(),
    /** The chain's height before the facilitator was first asked: where a search for the transfer starts. */
    fromBlock: bigint("from_block", { mode: "bigint" }).notNull(),
    transaction: text("transaction"),
    /** The ledger operation that credited it. */
    opId: uuid("op_id"),
    failure: text("failure"),
    createdAt: instant("created_at").notNull(),
    settledAt: instant("settled_at"),
    /** Credits of a test chain's tokens that were taken away for good. */
    purgedAt: instant("purged_at"),
    /** When the sweeper looks at it; null once nothing can change any more. */
    dueAt: instant("due_at"),
  },
  (table) => [
    uniqueIndex("x402_settlement_authorization").on(table.network, table.asset, table.payer, table.nonce),
    uniqueIndex("x402_settlement_transaction").on(table.network, table.transaction),
    index("x402_settlement_customer").on(table.customerId, table.createdAt),
    index("x402_settlement_due").on(table.dueAt).where(sql`due_at is not null`),
    check("x402_settlement_amounts", sql`value_units > 0 and credits_nanos > 0`),
    check(
      "x402_settlement_settled",
      sql`(state = 'settled') = (settled_at is not null and transaction is not null and op_id is not null)`,
    ),
  ],
);
