import { must, type Nanos, nanos } from "@ratebook/core";
import { type Transaction, x402Intent, x402Settlement } from "@ratebook/db";
import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { unitsOf } from "./token-amount.ts";
import type { OpenX402, X402Ctx, X402Terms } from "./x402-outcome.ts";

export type IntentRow = typeof x402Intent.$inferSelect;

/** Terms as they were stored, and what became of the payment they are bound to. */
export type FoundIntent = IntentRow & { boundTo: "verified" | "settling" | "settled" | "failed" | null };

/** Writes down new terms for a price; each may be paid once, within 15 minutes. */
export async function openTerms(
  ctx: X402Ctx,
  open: OpenX402,
  customerId: string,
  price: Nanos,
  tx: Pick<Transaction, "insert"> = ctx.db,
): Promise<IntentRow> {
  const now = ctx.clock();
  const { rail, token } = open;
  const rows = await tx
    .insert(x402Intent)
    .values({
      id: ctx.newId(),
      customerId,
      network: rail.network,
      asset: rail.asset,
      payTo: rail.payTo,
      priceNanos: price,
      priceUnits: must(unitsOf(price, token), "prices are whole cents and tokens have cents"),
      createdAt: now,
      expiresAt: new Date(now.getTime() + TERMS_MS),
    })
    .returning();
  return must(rows[0], "an insert returns its row");
}

/** Stored terms in the words of a payer. */
export const termsOf = (
  { publicUrl }: Pick<X402Ctx, "publicUrl">,
  { rail, token }: OpenX402,
  intent: IntentRow,
): X402Terms => ({
  intentId: intent.id,
  price: nanos(intent.priceNanos),
  units: intent.priceUnits,
  expiresAt: intent.expiresAt,
  maxTimeoutSeconds: SIGNED_FOR_SECONDS,
  network: rail.network,
  networkV1: rail.networkV1,
  asset: rail.asset,
  payTo: rail.payTo,
  token,
  resource: new URL("/api/v1/credits/topup", publicUrl).href,
});

/** The terms of that id, if they were shown to this customer by this rail as it is configured now. */
export async function findIntent(
  { db }: Pick<X402Ctx, "db">,
  { rail }: OpenX402,
  customerId: string,
  id: string,
): Promise<FoundIntent | null> {
  const [row] = await db
    .select({ intent: x402Intent, boundTo: x402Settlement.state })
    .from(x402Intent)
    .leftJoin(x402Settlement, eq(x402Settlement.id, x402Intent.settlementId))
    .where(and(eq(x402Intent.id, id), ofRail(rail, customerId)));
  return row === undefined ? null : { ...row.intent, boundTo: row.boundTo };
}

/**
 * The terms a payment that names none is for: the newest unpaid ones of that price, else the newest paid ones that still
 * run, else none. Version 1 of the protocol cannot name terms.
 */
export async function guessIntent(
  { db, clock }: Pick<X402Ctx, "db" | "clock">,
  { rail }: OpenX402,
  customerId: string,
  price: Nanos,
): Promise<FoundIntent | null> {
  const [row] = await db
    .select({ intent: x402Intent, boundTo: x402Settlement.state })
    .from(x402Intent)
    .leftJoin(x402Settlement, eq(x402Settlement.id, x402Intent.settlementId))
    .where(and(ofRail(rail, customerId), eq(x402Intent.priceNanos, price), gt(x402Intent.expiresAt, clock())))
    .orderBy(sql`(${x402Intent.settlementId} is null) desc`, desc(x402Intent.createdAt), desc(x402Intent.id))
    .limit(1);
  return row === undefined ? null : { ...row.intent, boundTo: row.boundTo };
}

/** Binds terms to a payment; false where another one was faster. */
export async function bindIntent(
  tx: Pick<Transaction, "update">,
  id: string,
  settlementId: string,
): Promise<boolean> {
  const bound = await tx
    .update(x402Intent)
    .set({ settlementId })
    .where(and(eq(x402Intent.id, id), isNull(x402Intent.settlementId)))
    .returning({ id: x402Intent.id });
  return bound.length === 1;
}

const ofRail = (rail: OpenX402["rail"], customerId: string) =>
  and(
    eq(x402Intent.customerId, customerId),
    eq(x402Intent.network, rail.network),
    eq(x402Intent.asset, rail.asset),
    eq(x402Intent.payTo, rail.payTo),
  );

const TERMS_MS = 15 * 60_000;
const SIGNED_FOR_SECONDS = 600;
