import { sql } from "drizzle-orm";
import { bigint, boolean, check, index, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, nanos, zero } from "./columns.ts";
import { ratebook } from "./schema.ts";

const cents = (name: string) => bigint(name, { mode: "bigint" });
const createdAt = () => instant("created_at").notNull();

/** An amount of credits sold under a name. A credit costs a dollar, so its price says how many; a bonus comes on top. */
export const creditPack = ratebook.table(
  "credit_pack",
  {
    id: uuid("id").primaryKey(),
    slug: text("slug").notNull(),
    name: text("name").notNull(),
    description: text("description").notNull(),
    priceCents: cents("price_cents").notNull(),
    bonusNanos: nanos("bonus_nanos").notNull().default(zero),
    active: boolean("active").notNull().default(true),
    /** Sold from this instant on; null: always was. */
    activeFrom: instant("active_from"),
    /** Half-open; null: no end. */
    activeUntil: instant("active_until"),
    sortOrder: integer("sort_order").notNull().default(0),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("credit_pack_slug").on(table.slug),
    check("credit_pack_amounts", sql`price_cents > 0 and bonus_nanos >= 0`),
  ],
);

/** Extra promotional credits on purchases between two instants. */
export const promotion = ratebook.table(
  "promotion",
  {
    id: uuid("id").primaryKey(),
    label: text("label").notNull(),
    /** Of the price, in basis points. */
    bonusBps: integer("bonus_bps").notNull().default(0),
    bonusNanos: nanos("bonus_nanos").notNull().default(zero),
    /** Null: every purchase of at least `minCents`. */
    packId: uuid("pack_id"),
    minCents: cents("min_cents").notNull().default(zero),
    startsAt: instant("starts_at").notNull(),
    /** Half-open; null: no end. */
    endsAt: instant("ends_at"),
    /** How often one customer may use it; null: without limit. */
    perCustomerLimit: integer("per_customer_limit"),
    /** True: only with one of its codes. */
    needsCode: boolean("needs_code").notNull().default(false),
    /** Days after the purchase when the bonus expires; null: never. */
    bonusDays: integer("bonus_days"),
    active: boolean("active").notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [
    index("promotion_time").on(table.startsAt),
    check("promotion_bonus", sql`bonus_bps between 0 and 100000 and bonus_nanos >= 0 and min_cents >= 0`),
    check("promotion_limit", sql`per_customer_limit > 0`),
  ],
);

/** What a customer types to get a promotion. */
export const promotionCode = ratebook.table(
  "promotion_code",
  {
    /** In upper case. */
    code: text("code").primaryKey(),
    promotionId: uuid("promotion_id").notNull(),
    /** Over all customers; null: without limit. */
    maxUses: integer("max_uses"),
    active: boolean("active").notNull().default(true),
    createdAt: createdAt(),
  },
  (table) => [index("promotion_code_promotion").on(table.promotionId)],
);

/** A purchase that uses a promotion: reserved with its order, given back when that fails. */
export const promotionUse = ratebook.table(
  "promotion_use",
  {
    orderId: uuid("order_id").primaryKey(),
    promotionId: uuid("promotion_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    code: text("code"),
    createdAt: createdAt(),
  },
  (table) => [
    index("promotion_use_customer").on(table.promotionId, table.customerId),
    index("promotion_use_code").on(table.code),
  ],
);
