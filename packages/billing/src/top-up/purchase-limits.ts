import { NANOS_PER_CENT, NANOS_PER_USD, type Nanos, nanos } from "@ratebook/core";
import { z } from "zod";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";

/** The least and the most that can be bought at once. */
export type PurchaseLimits = { min: Nanos; max: Nanos };

/** 1 … 1,000 USD, where the operator has set nothing else. */
export const DEFAULT_PURCHASE_LIMITS: PurchaseLimits = {
  min: nanos(NANOS_PER_USD),
  max: nanos(1_000n * NANOS_PER_USD),
};

/** The limits that doors, pages and texts all show: the operator's setting, else the default. */
export async function readPurchaseLimits(ctx: Pick<Ctx, "sql">): Promise<PurchaseLimits> {
  const [row] = await ctx.sql<{ value: unknown }[]>`
    select value from ratebook.setting where name = 'purchase_limits'`;
  if (row === undefined) return DEFAULT_PURCHASE_LIMITS;
  const { minCents, maxCents } = Stored.parse(row.value);
  return { min: fromCents(BigInt(minCents)), max: fromCents(BigInt(maxCents)) };
}

/** What is wrong with an amount to buy; null where nothing is. */
export function invalidPurchase(
  amount: Nanos,
  { min, max }: PurchaseLimits,
  field: string,
): InvalidField | null {
  if (amount % NANOS_PER_CENT !== 0n) {
    return { kind: "validation_error", field, message: "must be whole cents" };
  }
  if (amount >= min && amount <= max) return null;
  const message = `must be between ${dollars(min)} and ${dollars(max)}`;
  return { kind: "validation_error", field, message };
}

/** Cents as nanos. */
export const fromCents = (cents: bigint): Nanos => nanos(cents * NANOS_PER_CENT);

/** Nanos as cents; throws where they are not whole cents. */
export function toCents(amount: Nanos): bigint {
  if (amount % NANOS_PER_CENT !== 0n) throw new RangeError(`${amount} nanos are no whole cents`);
  return amount / NANOS_PER_CENT;
}

/** "$12.50": an amount of whole cents as people read it. */
export function dollars(amount: Nanos): string {
  const cents = toCents(amount);
  const digits = cents.toString().padStart(3, "0");
  return `$${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const wholeCents = z.string().regex(/^\d{1,12}$/);
const Stored = z.strictObject({ minCents: wholeCents, maxCents: wholeCents });
