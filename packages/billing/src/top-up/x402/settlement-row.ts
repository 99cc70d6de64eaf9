import { type Transaction, x402Intent, x402Settlement } from "@ratebook/db";
import { and, eq, inArray } from "drizzle-orm";
import type { X402Ctx } from "./x402-outcome.ts";
import type { X402Authorization } from "./x402-rail.ts";

export type SettlementRow = typeof x402Settlement.$inferSelect;

/** The authorization a row was made from, as the rail takes it. */
export const authorizationOf = (row: SettlementRow): X402Authorization => ({
  version: row.version === 1 ? 1 : 2,
  from: row.payer,
  to: row.payTo,
  value: row.valueUnits,
  validAfter: row.validAfter,
  validBefore: row.validBefore,
  nonce: row.nonce,
  signature: row.signature,
});

/** The row of an authorization that came before; an authorization is one by token, payer and nonce. */
export async function findAuthorization(
  { db }: Pick<X402Ctx, "db">,
  { network, asset }: { network: string; asset: string },
  { from, nonce }: X402Authorization,
): Promise<SettlementRow | null> {
  const [row] = await db
    .select()
    .from(x402Settlement)
    .where(
      and(
        eq(x402Settlement.network, network),
        eq(x402Settlement.asset, asset),
        eq(x402Settlement.payer, from),
        eq(x402Settlement.nonce, nonce),
      ),
    );
  return row ?? null;
}

/** Moves a row on from a state it must still be in; null where it is not any more. */
export async function moveOn(
  tx: Pick<Transaction, "update">,
  id: string,
  from: readonly SettlementRow["state"][],
  change: Partial<Omit<SettlementRow, "id">>,
): Promise<SettlementRow | null> {
  const [row] = await tx
    .update(x402Settlement)
    .set(change)
    .where(and(eq(x402Settlement.id, id), inArray(x402Settlement.state, [...from])))
    .returning();
  return row ?? null;
}

/** Lets the terms of a payment that failed be paid with another one. */
export async function releaseIntent(tx: Pick<Transaction, "update">, row: SettlementRow): Promise<void> {
  await tx
    .update(x402Intent)
    .set({ settlementId: null })
    .where(and(eq(x402Intent.id, row.intentId), eq(x402Intent.settlementId, row.id)));
}
