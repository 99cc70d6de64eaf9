import { sql } from "drizzle-orm";
import { bigint, numeric, timestamp } from "drizzle-orm/pg-core";

export const instant = (name: string) => timestamp(name, { withTimezone: true });
/** An amount of money in nanodollars. */
export const nanos = (name: string) => bigint(name, { mode: "bigint" });
/** Prices keep 18 places: the smallest published per-token price needs 12 and leaves room. */
export const price = (name: string) => numeric(name, { precision: 30, scale: 18 });
/** A default of 0; drizzle-kit dies on `0n`. */
export const zero = sql`0`;
