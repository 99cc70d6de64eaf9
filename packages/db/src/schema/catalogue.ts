import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { ratebook } from "./schema.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });
/** Prices keep 18 places: the smallest published per-token price needs 12 and leaves room. */
const price = (name: string) => numeric(name, { precision: 30, scale: 18 });
const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A raw document as fetched, whole. The same bytes from the same source are stored once. */
export const snapshot = ratebook.table(
  "snapshot",
  {
    id: uuid("id").primaryKey(),
    source: text("source").notNull(),
    url: text("url").notNull(),
    fetchedAt: instant("fetched_at").notNull(),
    etag: text("etag"),
    lastModified: text("last_modified"),
    /** Hex SHA-256 of the uncompressed body. */
    sha256: text("sha256").notNull(),
    httpStatus: integer("http_status"),
    contentType: text("content_type"),
    sizeBytes: integer("size_bytes").notNull(),
    /** gzip. */
    body: bytes("body").notNull(),
  },
  (table) => [uniqueIndex("snapshot_source_sha256").on(table.source, table.sha256)],
);

/** What is known of each source between its documents. */
export const sourceState = ratebook.table("source_state", {
  source: text("source").primaryKey(),
  /** As the worker announces it. */
  title: text("title"),
  homepage: text("homepage"),
  /** Cron expression in UTC; null where nothing reads it on a schedule. */
  schedule: text("schedule"),
  /** Prices not checked for longer are stale; null where age does not matter. */
  freshnessHours: integer("freshness_hours"),
  etag: text("etag"),
  lastModified: text("last_modified"),
  sha256: text("sha256"),
  /** Day the document speaks of, as it says itself. */
  asOf: instant("as_of"),
  /** Last time the source was read and proved current; a failure never moves it. */
  checkedAt: instant("checked_at"),
  /** Last time its document differed. */
  changedAt: instant("changed_at"),
  lastFailureAt: instant("last_failure_at"),
  lastFailure: text("last_failure"),
  offerings: integer("offerings").notNull().default(0),
});

/**
 * The last good word of each source on each price: what the guard let through, whether or not it is what we bill.
 * The active rates follow from these rows alone, so the order in which sources are read does not matter.
 */
export const claim = ratebook.table(
  "claim",
  {
    source: text("source").notNull(),
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
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    /** Document this value was first read from, and its place there. */
    sha256: text("sha256").notNull(),
    whereInDocument: text("where_in_document"),
    /** When this value was let through. */
    acceptedAt: instant("accepted_at").notNull(),
    /** Set while the source's latest document no longer states it; how many documents in a row did not. */
    missingSince: instant("missing_since"),
    missingSyncs: integer("missing_syncs").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.offering, table.meter, table.conditionKey] }),
    index("claim_offering").on(table.offering),
    check("claim_usd", sql`${table.usd} >= 0 and ${table.usd} <> 'NaN'`),
    check("claim_zero_is_explicit", sql`${table.usd} > 0 or ${table.free}`),
  ],
);

/** What each source says of each offering besides its prices. */
export const offeringClaim = ratebook.table(
  "offering_claim",
  {
    source: text("source").notNull(),
    offering: text("offering").notNull(),
    provider: text("provider").notNull(),
    model: text("model").notNull(),
    modality: text("modality").notNull(),
    name: text("name"),
    aliases: text("aliases").array().notNull().default(sql`'{}'::text[]`),
    /** Null where the source leaves the choice to others. */
    listed: boolean("listed"),
    defaultRequest: jsonb("default_request"),
    sourceUrl: text("source_url"),
    checkedAt: instant("checked_at"),
    deprecatedAt: instant("deprecated_at"),
    /** Set while the source's latest document no longer names it. */
    missingSince: instant("missing_since"),
  },
  (table) => [
    primaryKey({ columns: [table.source, table.offering] }),
    index("offering_claim_offering").on(table.offering),
  ],
);

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

/** One reading of one source. (source, slot) is claimed once, whoever asks. */
export const syncRun = ratebook.table(
  "sync_run",
  {
    id: uuid("id").primaryKey(),
    source: text("source").notNull(),
    slot: instant("slot").notNull(),
    trigger: text("trigger", { enum: ["schedule", "catch-up", "request", "command"] }).notNull(),
    state: text("state", { enum: ["requested", "running", "succeeded", "failed", "abandoned"] }).notNull(),
    claimedBy: text("claimed_by"),
    claimedAt: instant("claimed_at"),
    leaseUntil: instant("lease_until"),
    finishedAt: instant("finished_at"),
    /** unchanged, published, held, failed … */
    outcome: text("outcome"),
    /** Offerings by what happened to them: ok, unchanged, stale, failed, held, quarantined, missing. */
    counts: jsonb("counts").notNull().default(sql`'{}'::jsonb`),
    /** What is worth reading: alerts, findings, and the offerings that were not simply unchanged. */
    details: jsonb("details").notNull().default(sql`'{}'::jsonb`),
    error: text("error"),
    version: integer("version"),
    sha256: text("sha256"),
    requestedBy: text("requested_by"),
  },
  (table) => [
    uniqueIndex("sync_run_slot").on(table.source, table.slot),
    index("sync_run_source").on(table.source, table.slot),
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
