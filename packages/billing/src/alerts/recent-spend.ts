import { type Nanos, nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";

/** What a customer used lately, as far as it is rolled up: at most a minute behind. Days and months are UTC. */
export type CustomerSpend = {
  customerId: string;
  balance: Nanos;
  today: Nanos;
  thisMonth: Nanos;
};

/**
 * Reads what customers used lately, in the order of their ids.
 *
 * @param only one customer, whatever it wants to be told
 * @param after the last customer of the page before
 */
export async function readRecentSpend(
  ctx: Pick<Ctx, "sql">,
  now: Date,
  { only, after, limit }: { only?: string; after?: string | undefined; limit: number },
): Promise<CustomerSpend[]> {
  const today = now.toISOString().slice(0, 10);
  const rows = await ctx.sql<{ customerId: string; balance: bigint; today: bigint; month: bigint }[]>`
    select s.customer_id as "customerId", w.balance, u.today, u.month
    from ratebook.alert_setting s
    join ratebook.wallet w on w.bucket = ratebook.bucket_of(s.customer_id) and w.account_id = s.customer_id
    cross join lateral (
      select
        coalesce(sum(q.amount) filter (where q.day = ${today}::date), 0)::int8 as today,
        coalesce(sum(q.amount), 0)::int8 as month
      from ratebook.usage_day_offering q
      where q.bucket = w.bucket and q.account_id = w.account_id
        and q.day >= date_trunc('month', ${today}::date) and q.day <= ${today}::date) u
    where (${only ?? null}::uuid is null or s.customer_id = ${only ?? null}::uuid)
      and (${after ?? null}::uuid is null or s.customer_id > ${after ?? null}::uuid)
      and (${only ?? null}::uuid is not null
        or coalesce(s.runway_days, s.daily_spend_nanos, s.monthly_spend_nanos) is not null)
    order by s.customer_id limit ${limit}`;
  return rows.map((row) => ({
    customerId: row.customerId,
    balance: nanos(row.balance),
    today: nanos(row.today),
    thisMonth: nanos(row.month),
  }));
}
