import { err, NANOS_PER_CENT, NANOS_PER_USD, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { setting } from "@ratebook/db/schema";
import { z } from "zod";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
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

/** Changes what can be bought at once, for every door, page and text; orders that were quoted keep their amount. */
export async function savePurchaseLimits(
  ctx: Pick<Ctx, "db" | "clock" | "newId">,
  actor: Actor,
  { min, max }: PurchaseLimits,
): Promise<Result<PurchaseLimits, CatalogAccessDenied | InvalidField>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const invalid = (field: string, message: string) =>
    err<InvalidField>({ kind: "validation_error", field, message });
  // Rails take no charge below half a dollar.
  if (min < LEAST || min % NANOS_PER_CENT !== 0n) {
    return invalid("min", `must be whole cents and at least ${dollars(LEAST)}`);
  }
  if (max < min || max > MOST || max % NANOS_PER_CENT !== 0n) {
    return invalid("max", `must be whole cents between ${dollars(min)} and ${dollars(MOST)}`);
  }
  const value = { minCents: toCents(min).toString(), maxCents: toCents(max).toString() };
  return inTransaction(ctx.db, async (tx) => {
    await tx
      .insert(setting)
      .values({ name: "purchase_limits", value, updatedAt: ctx.clock() })
      .onConflictDoUpdate({ target: setting.name, set: { value, updatedAt: ctx.clock() } });
    await recordAudit(ctx, tx, actor, {
      action: "purchase_limits.update",
      subject: "purchase_limits",
      after: value,
    });
    return ok({ min, max });
  });
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

const LEAST = nanos(NANOS_PER_USD / 2n);
const MOST = nanos(1_000_000n * NANOS_PER_USD);
const wholeCents = z.string().regex(/^\d{1,12}$/);
const Stored = z.strictObject({ minCents: wholeCents, maxCents: wholeCents });
