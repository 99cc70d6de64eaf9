import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

const createdAt = () => instant("created_at").notNull();

/** How a customer's credits are refilled by themselves. */
export const autoTopUp = ratebook.table(
  "auto_top_up",
  {
    customerId: uuid("customer_id").primaryKey(),
    enabled: boolean("enabled").notNull(),
    /** `fixed` charges multiples of `amount`; `recharge_to` charges what is missing up to it. */
    mode: text("mode", { enum: ["fixed", "recharge_to"] }).notNull(),
    /** A balance below this is refilled. */
    thresholdNanos: nanos("threshold_nanos").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    dailyCapNanos: nanos("daily_cap_nanos").notNull(),
    monthlyCapNanos: nanos("monthly_cap_nanos").notNull(),
    consentText: text("consent_text"),
    consentAt: instant("consent_at"),
    consentBy: text("consent_by"),
    /** Declines in a row. */
    declines: integer("declines").notNull().default(0),
    /** Not before this, after a decline. */
    retryAt: instant("retry_at"),
    /** Too many declines: until another card is there. */
    suspendedAt: instant("suspended_at"),
    /** The card that was declined last. */
    declinedCard: text("declined_card"),
    /** Disputes and fraud warnings that stop it, by name. */
    frozenBy: text("frozen_by").array().notNull().default(sql`'{}'`),
    /** The wallet's entry at which the balance last fell below; names the attempts for it. */
    crossingSeq: bigint("crossing_seq", { mode: "bigint" }).notNull().default(zero),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("auto_top_up_enabled").on(table.customerId).where(sql`enabled`),
    check("auto_top_up_amounts", sql`threshold_nanos >= 0 and amount_nanos > 0`),
    check("auto_top_up_caps", sql`daily_cap_nanos >= 0 and monthly_cap_nanos >= 0`),
  ],
);

/** One try to refill a wallet; at most one is under way. */
export const autoTopUpAttempt = ratebook.table(
  "auto_top_up_attempt",
  {
    /** The order that it charges. */
    orderId: uuid("order_id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    crossingSeq: bigint("crossing_seq", { mode: "bigint" }).notNull(),
    /** Tries for one crossing, from 0. */
    retry: integer("retry").notNull(),
    trigger: text("trigger", { enum: ["crossing", "refused", "sweep", "manual"] }).notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    balanceNanos: nanos("balance_nanos").notNull(),
    state: text("state", { enum: ["under_way", "succeeded", "declined", "failed"] }).notNull(),
    declineCode: text("decline_code"),
    declineReason: text("decline_reason"),
    message: text("message"),
    createdAt: createdAt(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("auto_top_up_attempt_under_way").on(table.customerId).where(sql`state = 'under_way'`),
    uniqueIndex("auto_top_up_attempt_key").on(table.customerId, table.crossingSeq, table.retry),
    index("auto_top_up_attempt_created").on(table.customerId, table.createdAt),
  ],
);
