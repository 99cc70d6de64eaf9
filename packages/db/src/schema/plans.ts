import { sql } from "drizzle-orm";
import { bigint, boolean, check, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** A subscription that is sold: its price is paid every period, and credits are included in it. */
export const plan = ratebook.table(
  "plan",
  {
    id: uuid("id").primaryKey(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    /** Paid for each period. */
    priceCents: bigint("price_cents", { mode: "bigint" }).notNull(),
    period: text("period", { enum: ["day", "week", "month"] }).notNull(),
    /** Promotional credits of each period, gone at its end but for what rolls over. */
    includedNanos: bigint("included_nanos", { mode: "bigint" }).notNull(),
    rolloverCapNanos: bigint("rollover_cap_nanos", { mode: "bigint" }).notNull().default(sql`0`),
    active: boolean("active").notNull(),
    sortOrder: integer("sort_order").notNull().default(0),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("plan_slug").on(table.slug),
    check("plan_amounts", sql`price_cents > 0 and included_nanos > 0 and rollover_cap_nanos >= 0`),
  ],
);
