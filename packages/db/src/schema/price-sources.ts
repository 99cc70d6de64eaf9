import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
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
  /** Of the document that was judged last. */
  sha256: text("sha256"),
  /** The next document is judged in full, though it be the same bytes. */
  judgeAnew: boolean("judge_anew").notNull().default(false),
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
