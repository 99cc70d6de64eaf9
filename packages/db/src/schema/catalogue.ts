import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, price } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** An immutable, numbered set of active rates. A row is written only when something changed. */
export const catalogueVersion = ratebook.table("catalogue_version", {
  version: integer("version").primaryKey(),
  activeFrom: instant("active_from").notNull(),
  source: text("source").notNull(),
  runId: uuid("run_id"),
  added: integer("added").notNull(),
  changed: integer("changed").notNull(),
  closed: integer("closed").notNull(),
  note: text("note"),
});

/** A model as one provider bills it. */
export const offering = ratebook.table(
  "offering",
  {
    /** `provider/model`. */
    offering: text("offering").primaryKey(),
    provider: text("provider").notNull(),
    model: text("model").notNull(),
    modality: text("modality").notNull(),
    name: text("name"),
    /** Other names of the model, by any source. */
    aliases: text("aliases").array().notNull().default(sql`'{}'::text[]`),
    /** Sold here because a document or the starter list says so. */
    listedByRule: boolean("listed_by_rule").notNull().default(false),
    /** The operator's own choice; wins when set. */
    listedByHand: boolean("listed_by_hand"),
    defaultRequest: jsonb("default_request"),
    sourceUrl: text("source_url"),
    checkedAt: instant("checked_at"),
    /** Source whose word the description is. */
    source: text("source").notNull(),
    firstVersion: integer("first_version").notNull(),
    /** Grows with every change of any offering, so that a replica reads only what is new. */
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    missingSince: instant("missing_since"),
    /** Taken out of service by hand: no source prices it until that is undone. */
    retiredAt: instant("retired_at"),
    retiredReason: text("retired_reason"),
  },
  (table) => [
    index("offering_provider").on(table.provider),
    index("offering_modality").on(table.modality),
    index("offering_revision").on(table.revision),
  ],
);

/** One price of one meter of one offering. Inserted when a value changes, closed by the version that supersedes it. */
export const rate = ratebook.table(
  "rate",
  {
    rateId: uuid("rate_id").primaryKey(),
    offering: text("offering").notNull(),
    meter: text("meter").notNull(),
    /** Canonical conditions, and the start of validity where the rate has one. */
    conditionKey: text("condition_key").notNull(),
    conditions: jsonb("conditions").notNull(),
    usd: price("usd").notNull(),
    per: bigint("per", { mode: "bigint" }).notNull(),
    free: boolean("free").notNull().default(false),
    minimum: price("minimum"),
    increment: price("increment"),
    included: price("included"),
    ownCost: price("own_cost"),
    source: text("source").notNull(),
    sha256: text("sha256").notNull(),
    whereInDocument: text("where_in_document"),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    openedVersion: integer("opened_version").notNull(),
    openedAt: instant("opened_at").notNull(),
    closedVersion: integer("closed_version"),
    closedAt: instant("closed_at"),
  },
  (table) => [
    index("rate_offering").on(table.offering, table.openedVersion),
    index("rate_opened").on(table.openedVersion),
    index("rate_closed").on(table.closedVersion),
    uniqueIndex("rate_active")
      .on(table.offering, table.meter, table.conditionKey)
      .where(sql`closed_version is null`),
    check("rate_usd", sql`${table.usd} >= 0 and ${table.usd} <> 'NaN'`),
    check("rate_zero_is_explicit", sql`${table.usd} > 0 or ${table.free}`),
    check("rate_per", sql`${table.per} > 0`),
  ],
);

/** A meter defined by a document. */
export const meterDefinition = ratebook.table("meter_definition", {
  name: text("name").primaryKey(),
  unit: text("unit").notNull(),
  integer: boolean("integer").notNull(),
  source: text("source").notNull(),
});

/** An immutable version of the markup rules. */
export const markupPolicy = ratebook.table("markup_policy", {
  version: integer("version").primaryKey(),
  activeFrom: instant("active_from").notNull(),
  rules: jsonb("rules").notNull(),
  createdBy: text("created_by").notNull(),
  note: text("note"),
});
