import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  numeric,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

/**
 * One dated version of a customer's terms. Append-only but for its end, which may only come nearer; versions of one
 * customer never overlap. Triggers see to both.
 */
export const contractVersion = ratebook.table(
  "contract_version",
  {
    /** Counts over all customers; receipts name it `contract-<version>`. */
    version: integer("version").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    /** The instant it begins, and the one it no longer holds at; null: until it is ended. */
    validFrom: instant("valid_from").notNull(),
    validUntil: instant("valid_until"),
    terms: jsonb("terms").notNull(),
    /** The plan it was made from. */
    plan: text("plan"),
    note: text("note").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Rises with every insert and every end, so that replicas can ask for what is new. */
    revision: bigint("revision", { mode: "bigint" }).notNull(),
  },
  (table) => [
    index("contract_version_customer").on(table.customerId, table.validFrom),
    uniqueIndex("contract_version_revision").on(table.revision),
    check("contract_version_span", sql`valid_until is null or valid_until >= valid_from`),
  ],
);

/** Terms to begin a contract with. A contract copies them, so changing a plan changes nobody's contract. */
export const contractPlan = ratebook.table("contract_plan", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  terms: jsonb("terms").notNull(),
  retired: boolean("retired").notNull().default(false),
  updatedBy: text("updated_by").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/** What a customer's volume of a month has come to for one discount; a trigger adds each usage event with its entry. */
export const contractVolume = ratebook.table(
  "contract_volume",
  {
    customerId: uuid("customer_id").notNull(),
    discountId: text("discount_id").notNull(),
    /** First day of the UTC month. */
    month: date("month", { mode: "string" }).notNull(),
    events: bigint("events", { mode: "bigint" }).notNull().default(zero),
    /** Nanos before the discount, or billionths of a unit. */
    volume: numeric("volume", { precision: 40, scale: 0 }).notNull().default(zero),
    gross: nanos("gross").notNull().default(zero),
    given: nanos("given").notNull().default(zero),
    /** Events that were there when the month was last closed; more make it due again. */
    closedEvents: bigint("closed_events", { mode: "bigint" }).notNull().default(zero),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.discountId, table.month] }),
    index("contract_volume_due").on(table.month).where(sql`events > closed_events`),
    check("contract_volume_amounts", sql`volume >= 0 and gross >= 0 and given >= 0 and given <= gross`),
  ],
);

/** One closing of a month: what the tiers come to, and what was still to be given. */
export const contractVolumeClose = ratebook.table(
  "contract_volume_close",
  {
    customerId: uuid("customer_id").notNull(),
    discountId: text("discount_id").notNull(),
    month: date("month", { mode: "string" }).notNull(),
    /** Events it looked at; a late one makes another closing. */
    events: bigint("events", { mode: "bigint" }).notNull(),
    due: nanos("due").notNull(),
    given: nanos("given").notNull(),
    /** What earlier closings of the month gave. */
    closedBefore: nanos("closed_before").notNull(),
    /** The grant that makes up the difference; null where there was none. */
    grantOpId: uuid("grant_op_id"),
    closedAt: instant("closed_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.discountId, table.month, table.events] }),
    check("contract_volume_close_due", sql`due >= given + closed_before`),
  ],
);

/** One month's credit line of a customer. */
export const creditLinePeriod = ratebook.table(
  "credit_line_period",
  {
    customerId: uuid("customer_id").notNull(),
    month: date("month", { mode: "string" }).notNull(),
    contractVersion: integer("contract_version").notNull(),
    grantOpId: uuid("grant_op_id").notNull(),
    amount: nanos("amount").notNull(),
    endsAt: instant("ends_at").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.month] })],
);
