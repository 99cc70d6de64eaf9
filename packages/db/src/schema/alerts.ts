import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, index, integer, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** What a customer wants to be told about its money, and what of it was told. Every customer has a row. */
export const alertSetting = ratebook.table(
  "alert_setting",
  {
    customerId: uuid("customer_id").primaryKey(),
    /** False: no mails; webhooks are told all the same. */
    byMail: boolean("by_mail").notNull(),
    /** Addresses in place of the customer's own. */
    emails: text("emails").array().notNull(),
    /** Forecast: told when the credits last less; null: never. */
    runwayDays: integer("runway_days"),
    dailySpendNanos: nanos("daily_spend_nanos"),
    monthlySpendNanos: nanos("monthly_spend_nanos"),
    /** The last purchase, which shares are of; null: none yet. */
    lastTopUpNanos: nanos("last_top_up_nanos"),
    /** False once the forecast was told, until the credits last longer again. */
    runwayArmed: boolean("runway_armed").notNull().default(true),
    /** Counts forecasts that were told. */
    runwayEpisode: integer("runway_episode").notNull().default(0),
    /** The UTC day, and the first day of the month, whose limit was told. */
    dailyToldOn: date("daily_told_on", { mode: "string" }),
    monthlyToldOn: date("monthly_told_on", { mode: "string" }),
    updatedAt: instant("updated_at").notNull(),
  },
  () => [
    check("alert_setting_limits", sql`runway_days between 1 and 90`),
    check("alert_setting_spend", sql`daily_spend_nanos > 0 and monthly_spend_nanos > 0`),
  ],
);

/** A level of the balance that is watched for a customer. */
export const alertLevel = ratebook.table(
  "alert_level",
  {
    customerId: uuid("customer_id").notNull(),
    /** `amount:<nanos>` or `percent:<n>`, so that a level keeps its state while others come and go. */
    name: text("name").notNull(),
    /** Null: of the amount. */
    percent: integer("percent"),
    /** Below which it is crossed; null for a share of a purchase that never was. */
    levelNanos: nanos("level_nanos"),
    /** Seq of the entry that crossed it last. */
    crossedSeq: bigint("crossed_seq", { mode: "bigint" }).notNull().default(sql`0`),
    /** Seq of the last crossing that was told. */
    announcedSeq: bigint("announced_seq", { mode: "bigint" }).notNull().default(sql`0`),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.name] }),
    index("alert_level_waiting").on(table.customerId).where(sql`crossed_seq > announced_seq`),
    check("alert_level_percent", sql`percent between 1 and 100`),
    check("alert_level_amount", sql`level_nanos > 0`),
  ],
);
