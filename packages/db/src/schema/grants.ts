import { sql } from "drizzle-orm";
import { boolean, check, index, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

const createdAt = () => instant("created_at").notNull();

/** Who got credits for signing up: once an e-mail address, counted by network address. */
export const signupGrant = ratebook.table(
  "signup_grant",
  {
    /** In lower case, without what does not change who reads it. */
    email: text("email").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    address: text("address"),
    amountNanos: nanos("amount_nanos").notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("signup_grant_address").on(table.address, table.createdAt)],
);

/** Credits given again every period, expiring at its end except what rolls over. */
export const recurringGrant = ratebook.table(
  "recurring_grant",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    name: text("name").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    /** Left-over credits kept for one more period, at most; 0: none. */
    rolloverCapNanos: nanos("rollover_cap_nanos").notNull().default(zero),
    /** A subscription's invoices drive it in place of the calendar. */
    subscriptionId: text("subscription_id"),
    /** The plan that was subscribed to; null where an operator gave it by hand. */
    planId: uuid("plan_id"),
    /** What the latest invoice granted, and when that ends: what it leaves may roll over into the next period. */
    latestGrantId: uuid("latest_grant_id"),
    latestEndsAt: instant("latest_ends_at"),
    /** The customer has said that it is not to be renewed. */
    cancelledAt: instant("cancelled_at"),
    anchorAt: instant("anchor_at").notNull(),
    /** Periods granted so far; numbers the next one. */
    granted: integer("granted").notNull().default(0),
    /** When the next one is due; null where a subscription says. */
    nextAt: instant("next_at"),
    active: boolean("active").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("recurring_grant_customer").on(table.customerId),
    uniqueIndex("recurring_grant_subscription").on(table.subscriptionId),
    index("recurring_grant_due").on(table.nextAt).where(sql`active and next_at is not null`),
    check("recurring_grant_amounts", sql`amount_nanos > 0 and rollover_cap_nanos >= 0`),
  ],
);
