import { sql } from "drizzle-orm";
import { boolean, check, primaryKey, smallint, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

const bucket = () => smallint("bucket").notNull();
const accountId = () => uuid("account_id").notNull();
const SUBJECTS = ["organization", "app", "agent", "member", "key"] as const;
const subject = () => text("subject", { enum: SUBJECTS }).notNull();
/** Empty for the organization. */
const subjectId = () => text("subject_id").notNull();

/**
 * What a subject may spend in a period. Written by functions alone, because what a period has spent is counted under the
 * wallet's lock.
 */
export const budget = ratebook.table(
  "budget",
  {
    bucket: bucket(),
    accountId: accountId(),
    budgetId: uuid("budget_id").notNull(),
    subject: subject(),
    subjectId: subjectId(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    limitNanos: nanos("limit_nanos").notNull(),
    /** True: gates are refused beyond the limit. False: it is only told. */
    hard: boolean("hard").notNull(),
    /** Percentages of the limit that are told. */
    alertPercents: smallint("alert_percents").array().notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.budgetId] }),
    unique("budget_period_of").on(
      table.bucket,
      table.accountId,
      table.subject,
      table.subjectId,
      table.period,
    ),
    check("budget_subject", sql`(subject = 'organization') = (subject_id = '')`),
    check("budget_period", sql`period in ('day', 'week', 'month')`),
    check("budget_limit", sql`limit_nanos > 0`),
    check("budget_alerts", sql`1 <= all(alert_percents) and 100 >= all(alert_percents)`),
  ],
);

/** What a budget's period has spent and reserved. */
export const budgetCounter = ratebook.table(
  "budget_counter",
  {
    bucket: bucket(),
    accountId: accountId(),
    budgetId: uuid("budget_id").notNull(),
    periodStart: instant("period_start").notNull(),
    spent: nanos("spent").notNull(),
    /** Reserved by open holds. */
    held: nanos("held").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.budgetId, table.periodStart] }),
    check("budget_counter_amounts", sql`spent >= 0 and held >= 0`),
  ],
);

/** A subject that may spend nothing beforehand, until somebody resumes it. */
export const spendingPause = ratebook.table(
  "spending_pause",
  {
    bucket: bucket(),
    accountId: accountId(),
    subject: subject(),
    subjectId: subjectId(),
    /** Told to whoever is refused. */
    reason: text("reason").notNull(),
    pausedAt: instant("paused_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.bucket, table.accountId, table.subject, table.subjectId] }),
    check("spending_pause_subject", sql`(subject = 'organization') = (subject_id = '')`),
  ],
);
