import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

/**
 * What a hold was placed for, so that its settle need not name it again. Written before the hold is posted; a row whose
 * hold was refused means nothing.
 */
export const holdRequest = ratebook.table(
  "hold_request",
  {
    customerId: uuid("customer_id").notNull(),
    /** The op id that places the hold. */
    holdId: uuid("hold_id").notNull(),
    /** As the caller named it. */
    offering: text("offering"),
    dimensions: jsonb("dimensions").notNull().default(sql`'{}'::jsonb`),
    agentId: text("agent_id"),
    appId: text("app_id"),
    userId: text("user_id"),
    /** The key that asked. */
    keyId: text("key_id"),
    metadata: jsonb("metadata").notNull().default(sql`'{}'::jsonb`),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.holdId] }),
    index("hold_request_created").on(table.createdAt),
  ],
);

/** A quote that was given; naming it on a debit uses it up. */
export const quote = ratebook.table(
  "quote",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    offering: text("offering").notNull(),
    /** Hash of offering, quantities and dimensions. */
    meaningHash: text("meaning_hash").notNull(),
    catalogueVersion: integer("catalogue_version").notNull(),
    policyVersion: integer("policy_version").notNull(),
    contract: text("contract"),
    amount: bigint("amount", { mode: "bigint" }).notNull(),
    at: instant("at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    usedBy: uuid("used_by"),
  },
  (table) => [index("quote_expires").on(table.expiresAt)],
);

/** Usage rated for comparison only: no money moves. */
export const shadowEvent = ratebook.table(
  "shadow_event",
  {
    customerId: uuid("customer_id").notNull(),
    opId: uuid("op_id").notNull(),
    meaningHash: text("meaning_hash").notNull(),
    offering: text("offering").notNull(),
    amount: bigint("amount", { mode: "bigint" }),
    /** What the platform itself took for it, where it said so. */
    platformAmount: bigint("platform_amount", { mode: "bigint" }),
    unratedReason: text("unrated_reason"),
    receipt: jsonb("receipt").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.opId] }),
    index("shadow_event_occurred").on(table.occurredAt),
  ],
);

/** A window of usage priced once more, by the rates of a version, and corrected by the difference. */
export const rerating = ratebook.table(
  "rerating",
  {
    /** Of the caller's key: the same key is the same re-rating. */
    id: uuid("id").primaryKey(),
    meaningHash: text("meaning_hash").notNull(),
    state: text("state", { enum: ["posting", "posted", "undoing", "undone"] }).notNull(),
    version: integer("version").notNull(),
    from: instant("window_from").notNull(),
    to: instant("window_to").notNull(),
    offering: text("offering"),
    customerId: uuid("customer_id"),
    /** The approved decrease whose difference it gives back; null for a window re-rated by hand. */
    proposalId: uuid("proposal_id"),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    undoneAt: instant("undone_at"),
    undoReason: text("undo_reason"),
  },
  (table) => [index("rerating_created").on(table.createdAt)],
);

/** What a re-rating changed of one usage event. */
export const reratedEvent = ratebook.table(
  "rerated_event",
  {
    reratingId: uuid("rerating_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    /** The usage event. */
    eventOpId: uuid("event_op_id").notNull(),
    /** What it cost before and by the version's rates, in nanos. */
    before: bigint("before", { mode: "bigint" }).notNull(),
    after: bigint("after", { mode: "bigint" }).notNull(),
    /** The grant or debit that makes up the difference. */
    adjustmentOpId: uuid("adjustment_op_id").notNull(),
    /** Whether the ledger has it; a crash may leave it to the next attempt. */
    posted: boolean("posted").notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.reratingId, table.customerId, table.eventOpId] }),
    index("rerated_event_event").on(table.customerId, table.eventOpId),
  ],
);
