import { type Nanos, nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";

/** Sums over every wallet. */
export type LedgerTotals = {
  creditsOutstanding: Nanos;
  held: Nanos;
  debt: Nanos;
  /** Served since the given instants, whether paid from credits or owed. */
  consumedToday: Nanos;
  consumedThisMonth: Nanos;
};

/** Sums over the whole ledger, since the start of the UTC day and month of `now`. */
export async function readTotals(ctx: Pick<Ctx, "sql">, now: Date): Promise<LedgerTotals> {
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const [standing] = await ctx.sql<{ balance: bigint; held: bigint; debt: bigint }[]>`
    select coalesce(sum(balance), 0)::int8 as balance, coalesce(sum(held), 0)::int8 as held,
           coalesce(sum(debt), 0)::int8 as debt
    from ratebook.wallet`;
  // What was due is what left the balance plus what became debt; both are entries.
  const [consumed] = await ctx.sql<{ today: bigint; month: bigint }[]>`
    select coalesce(sum(debt_delta - amount) filter (where created_at >= ${day}), 0)::int8 as today,
           coalesce(sum(debt_delta - amount), 0)::int8 as month
    from ratebook.entry
    where created_at >= ${month} and kind in ('debit', 'settle', 'debt_incurred')`;
  return {
    creditsOutstanding: nanos(standing?.balance ?? 0n),
    held: nanos(standing?.held ?? 0n),
    debt: nanos(standing?.debt ?? 0n),
    consumedToday: nanos(consumed?.today ?? 0n),
    consumedThisMonth: nanos(consumed?.month ?? 0n),
  };
}

/** Usage events that were parked and have not been rated since. */
export async function countParked(ctx: Pick<Ctx, "sql">): Promise<number> {
  const [row] = await ctx.sql<{ parked: number }[]>`
    select count(*)::int as parked from ratebook.usage_event as event
    where event.state = 'parked' and not exists (
      select from ratebook.entry
      where entry.ref_id = event.op_id and entry.account_id = event.account_id and entry.bucket = event.bucket
        and entry.kind in ('grant', 'debit') and entry.ref_id is not null)`;
  return row?.parked ?? 0;
}
