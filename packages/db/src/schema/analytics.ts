import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  integer,
  primaryKey,
  smallint,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { ratebook } from "./schema.ts";

const nanos = (name: string) => bigint(name, { mode: "bigint" }).notNull().default(sql`0`);
const count = nanos;
const instant = (name: string) => timestamp(name, { withTimezone: true });
const bucket = () => smallint("bucket").notNull();
const accountId = () => uuid("account_id").notNull();

/** What usage is sliced by; an empty text where the events name nothing. */
const dimensions = {
  offering: text("offering").notNull(),
  billing: text("billing", { enum: ["platform", "byok"] }).notNull(),
  agentId: text("agent_id").notNull(),
  appId: text("app_id").notNull(),
  keyId: text("key_id").notNull(),
  userId: text("user_id").notNull(),
  /** What `usage_tags` finds in an event's metadata, sorted; a set of tags is one value, so tags multiply no rows. */
  tags: text("tags").array().notNull(),
};

/** What is added up, of usage events and of what corrected them. */
const measures = () => ({
  /** Reports of usage, rated or waiting for a price; daily bills of infrastructure are none. */
  requests: count("requests"),
  /** Of them, calls that ended in another way than completed. */
  failed: count("failed"),
  /** Of them, those that still wait for a price. */
  parked: count("parked"),
  /** Daily bills and deployment fees of infrastructure. */
  bills: count("bills"),
  tokens: count("tokens"),
  /** What was debited, less what was given back. */
  amount: nanos("amount"),
  /** Postings that corrected an earlier event, and their part of the amount. */
  corrections: count("corrections"),
  corrected: nanos("corrected"),
  /** List cost, where the platform's own upstream key paid. */
  upstream: nanos("upstream"),
  /** List cost, where the customer's own key paid. */
  byokUpstream: nanos("byok_upstream"),
  /** The operator's own cost where there is one, else list; nothing where the customer's key paid. */
  cost: nanos("cost"),
});

/** How far each wallet's entries have been added to the rollups. A wallet's seq has no gaps, whatever commits when. */
export const usageRolled = ratebook.table(
  "usage_rolled",
  {
    bucket: bucket(),
    accountId: accountId(),
    /** The last entry that is in the rollups. */
    seq: bigint("seq", { mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId] }),
    check("usage_rolled_seq", sql`seq >= 0`),
  ],
);

/**
 * Usage by a quarter of an hour and every dimension: any time zone's hours and days are whole quarters. `slice` is a
 * hash of the dimensions, because together they may be longer than an index allows.
 */
export const usageQuarter = ratebook.table(
  "usage_quarter",
  {
    bucket: bucket(),
    accountId: accountId(),
    start: instant("start").notNull(),
    slice: uuid("slice").notNull(),
    ...dimensions,
    ...measures(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.start, table.slice] }),
    index("usage_quarter_start").using("brin", table.start).with({ pages_per_range: 32 }),
  ],
);

/** The same by UTC day. */
export const usageDay = ratebook.table(
  "usage_day",
  {
    bucket: bucket(),
    accountId: accountId(),
    day: date("day").notNull(),
    slice: uuid("slice").notNull(),
    ...dimensions,
    ...measures(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.day, table.slice] }),
    index("usage_day_day").using("brin", table.day).with({ pages_per_range: 32 }),
  ],
);

/** Usage by UTC hour and offering only: most of what moves between days where midnight is not that of UTC, in few rows. */
export const usageHourOffering = ratebook.table(
  "usage_hour_offering",
  {
    bucket: bucket(),
    accountId: accountId(),
    start: instant("start").notNull(),
    offering: dimensions.offering,
    billing: dimensions.billing,
    ...measures(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.start, table.offering, table.billing] }),
    index("usage_hour_offering_start").using("brin", table.start).with({ pages_per_range: 32 }),
  ],
);

/** The same by UTC day. */
export const usageDayOffering = ratebook.table(
  "usage_day_offering",
  {
    bucket: bucket(),
    accountId: accountId(),
    day: date("day").notNull(),
    offering: dimensions.offering,
    billing: dimensions.billing,
    ...measures(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.day, table.offering, table.billing] }),
    index("usage_day_offering_day").on(table.day),
  ],
);

/**
 * The same of every account together, so that what everybody used is in as few rows however many accounts there are. Only
 * the job that rolls usage writes it, so its rows are no place where debits meet; and it belongs to no bucket.
 */
export const usageDayTotal = ratebook.table(
  "usage_day_total",
  {
    day: date("day").notNull(),
    offering: dimensions.offering,
    billing: dimensions.billing,
    ...measures(),
  },
  (table) => [primaryKey({ columns: [table.day, table.offering, table.billing] })],
);

/** What changed about a UTC day after it was closed, an hour after its end. */
export const usageDayChange = ratebook.table(
  "usage_day_change",
  {
    bucket: bucket(),
    accountId: accountId(),
    day: date("day").notNull(),
    /** Events of the day that arrived, or found their price, after it was closed; they are in the day's sums. */
    lateEvents: count("late_events"),
    lateAmount: nanos("late_amount"),
    /** Corrections of the day's events; their amounts count on the days they were posted. */
    corrections: count("corrections"),
    corrected: nanos("corrected"),
    changedAt: instant("changed_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.bucket, table.accountId, table.day] })],
);

/**
 * Lines of a download by group, all of one moment, until they are read: so that a reader who is slow holds no snapshot of
 * the database. They go with the download, or with the next night.
 */
export const usageExportLine = ratebook.table(
  "usage_export_line",
  {
    exportId: uuid("export_id").notNull(),
    place: integer("place").notNull(),
    madeAt: instant("made_at").notNull(),
    /** Null where lines are not by period. */
    start: instant("start"),
    key: text("key").notNull(),
    ...measures(),
  },
  (table) => [
    primaryKey({ columns: [table.exportId, table.place] }),
    index("usage_export_line_made").using("brin", table.madeAt),
  ],
);
