import { type Nanos, nanos } from "@ratebook/core";
import { x402Settlement } from "@ratebook/db";
import { and, desc, eq, lt } from "drizzle-orm";
import type { X402Ctx } from "./x402-outcome.ts";

export type ListedX402Settlement = {
  id: string;
  customerId: string;
  state: "verified" | "settling" | "settled" | "failed";
  network: string;
  asset: string;
  payer: string;
  payTo: string;
  credits: Nanos;
  transaction: string | null;
  failure: string | null;
  attempts: number;
  createdAt: Date;
  settledAt: Date | null;
  dueAt: Date | null;
};

export type ListX402SettlementsInput = {
  customer?: string | undefined;
  limit: number;
  /** The id of the last one shown. */
  cursor?: string | undefined;
};

/** Token payments, newest first, for the operator. Ids sort by time. */
export async function listX402Settlements(
  { db }: Pick<X402Ctx, "db">,
  { customer, limit, cursor }: ListX402SettlementsInput,
): Promise<{ items: ListedX402Settlement[]; nextCursor: string | null }> {
  const rows = await db
    .select()
    .from(x402Settlement)
    .where(
      and(
        customer === undefined ? undefined : eq(x402Settlement.customerId, customer),
        cursor === undefined ? undefined : lt(x402Settlement.id, cursor),
      ),
    )
    .orderBy(desc(x402Settlement.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map((row) => ({
    id: row.id,
    customerId: row.customerId,
    state: row.state,
    network: row.network,
    asset: row.asset,
    payer: row.payer,
    payTo: row.payTo,
    credits: nanos(row.creditsNanos),
    transaction: row.transaction,
    failure: row.failure,
    attempts: row.attempts,
    createdAt: row.createdAt,
    settledAt: row.settledAt,
    dueAt: row.dueAt,
  }));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}
