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
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, price } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** A change the guard has not let through. */
export const proposal = ratebook.table(
  "proposal",
  {
    id: uuid("id").primaryKey(),
    source: text("source").notNull(),
    offering: text("offering").notNull(),
    meter: text("meter").notNull(),
    conditionKey: text("condition_key").notNull(),
    conditions: jsonb("conditions").notNull(),
    action: text("action", { enum: ["hold", "quarantine", "refuse"] }).notNull(),
    rule: text("rule").notNull(),
    reason: text("reason").notNull(),
    /** What the source wants: a new price, another one, or none. */
    change: text("change", { enum: ["added", "changed", "removed"] }).notNull(),
    oldUsd: price("old_usd"),
    oldPer: bigint("old_per", { mode: "bigint" }),
    /** The proposed rate; null for a removal. */
    newUsd: price("new_usd"),
    newPer: bigint("new_per", { mode: "bigint" }),
    free: boolean("free").notNull().default(false),
    minimum: price("minimum"),
    increment: price("increment"),
    included: price("included"),
    ownCost: price("own_cost"),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    /** The proposed value as canonical text: the same value again is the same proposal. */
    fingerprint: text("fingerprint").notNull(),
    /** new / old as decimal text. */
    ratio: text("ratio"),
    sha256: text("sha256").notNull(),
    whereInDocument: text("where_in_document"),
    /** Run that brought it; null for an operator's own import. */
    runId: uuid("run_id"),
    state: text("state", {
      enum: ["held", "scheduled", "released", "approved", "edited", "rejected", "superseded", "expired"],
    }).notNull(),
    /** When an approved change is to take effect, once it is confirmed again. */
    activateAt: instant("activate_at"),
    /** When operators were told that it blocks a price in use. */
    escalatedAt: instant("escalated_at"),
    /** Source that confirmed a released one. */
    witness: text("witness"),
    /** Version that activated it. */
    version: integer("version"),
    createdAt: instant("created_at").notNull(),
    decidedAt: instant("decided_at"),
    decidedBy: text("decided_by"),
    decisionReason: text("decision_reason"),
    /** When the source left a rejected or corrected value, or the correction ended: from then on it is judged anew. */
    lapsedAt: instant("lapsed_at"),
  },
  (table) => [
    uniqueIndex("proposal_held")
      .on(table.source, table.offering, table.meter, table.conditionKey)
      .where(sql`state in ('held', 'scheduled')`),
    index("proposal_state").on(table.state, table.createdAt),
  ],
);

/**
 * Meters of offerings that the operator prices by a dated word of their own. While a row is here, the claims of the
 * source "override" decide the meter, none at all included; no sync touches them.
 */
export const priceOverride = ratebook.table(
  "price_override",
  {
    offering: text("offering").notNull(),
    meter: text("meter").notNull(),
    /** A corrected proposal, or a version that was rolled back to. */
    kind: text("kind", { enum: ["edit", "rollback"] }).notNull(),
    proposalId: uuid("proposal_id"),
    /** The version whose rates it serves again. */
    rolledBackTo: integer("rolled_back_to"),
    /** The version that brought it. */
    version: integer("version"),
    /** When the sources decide again; null: until somebody ends it. */
    until: instant("until"),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.offering, table.meter] }),
    index("price_override_until").on(table.until),
  ],
);

/** What the operator says a source means by a name of its own; applied to every document of that source. */
export const offeringIdentity = ratebook.table(
  "offering_identity",
  {
    source: text("source").notNull(),
    /** `provider/model` as the source's parser gives it. */
    sourceOffering: text("source_offering").notNull(),
    /** Our offering; null: the source's word on it is left out. */
    offering: text("offering"),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.sourceOffering] }),
    index("offering_identity_offering").on(table.offering),
  ],
);

/** What the operator pays under a contract of their own, beside the list price; for margin only. */
export const ownCost = ratebook.table(
  "own_cost",
  {
    offering: text("offering").notNull(),
    meter: text("meter").notNull(),
    conditionKey: text("condition_key").notNull(),
    conditions: jsonb("conditions").notNull(),
    validFrom: instant("valid_from").notNull(),
    validUntil: instant("valid_until"),
    usd: price("usd").notNull(),
    per: bigint("per", { mode: "bigint" }).notNull(),
    reason: text("reason").notNull(),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.offering, table.meter, table.conditionKey, table.validFrom] }),
    check("own_cost_usd", sql`${table.usd} >= 0 and ${table.usd} <> 'NaN' and ${table.per} > 0`),
  ],
);
