import { type Nanos, nanos } from "@ratebook/core";
import { sql } from "drizzle-orm";
import type { Executor } from "../ledger/open-wallet.ts";

/** Credits with an origin, as they stand now. */
export type ListedGrant = {
  id: string;
  amount: Nanos;
  /** After all consumption so far. */
  remaining: Nanos;
  priority: number;
  category: "purchased" | "promotional" | "credit_line";
  /** Null: never. */
  expiresAt: Date | null;
  source: string;
  createdAt: Date;
};

/** The grants of a rolled wallet that still have credits, in the order they burn; at most 500. */
export async function readBurnOrder(db: Executor, customerId: string): Promise<ListedGrant[]> {
  const rows = await db.execute<ListedGrant & { unattributed: Nanos }>(sql`
    select g.grant_id as id, g.amount, g.remaining, g.priority::int as priority, g.category, g.source,
      nullif(g.expires_at, 'infinity') as "expiresAt", g.created_at as "createdAt",
      w.consumed - w.allocated as unattributed
    from ratebook.wallet w
    cross join lateral (
      select *, row_number() over () as place from ratebook.grants_to_burn(w.bucket, w.account_id) limit 500) g
    where w.bucket = ratebook.bucket_of(${customerId}::uuid) and w.account_id = ${customerId}
    order by g.place`);
  // Consumption is attributed to grants in this very order, only later.
  let unattributed: bigint = rows[0]?.unattributed ?? 0n;
  const grants = rows.map(({ unattributed: _later, ...grant }) => {
    const taken = unattributed < grant.remaining ? unattributed : grant.remaining;
    unattributed -= taken;
    return { ...grant, remaining: nanos(grant.remaining - taken) };
  });
  return grants.filter(({ remaining }) => remaining > 0n);
}
