import type { Ctx } from "../ctx.ts";

/**
 * Measures what customers use a day beside their resources, from the last 7 days; at most once an hour each, because
 * it reads their events. Somebody who began yesterday is measured by that day.
 */
export async function measureUsage(
  ctx: Pick<Ctx, "sql" | "clock">,
  customerIds: readonly string[],
): Promise<void> {
  if (customerIds.length === 0) return;
  const now = ctx.clock();
  const from = new Date(now.getTime() - WEEK_MS);
  const stale = new Date(now.getTime() - HOUR_MS);
  await ctx.sql`
    insert into ratebook.shutdown_notice (customer_id, state, episode, usage_daily_nanos, usage_measured_at)
    select c.id, 'active', 0, coalesce(u.daily, 0), ${now}
    from unnest(${[...customerIds]}::uuid[]) as c(id)
    left join ratebook.shutdown_notice n on n.customer_id = c.id
    cross join lateral (
      select round(sum(e.amount)
        / least(7, greatest(1, ceil(extract(epoch from ${now}::timestamptz - min(e.occurred_at)) / 86400))))::int8 as daily
      from ratebook.usage_event e
      where e.bucket = ratebook.bucket_of(c.id) and e.account_id = c.id and e.occurred_at >= ${from}
        and e.occurred_at < ${now} and not e.metadata ? 'resourceId') u
    where n.usage_measured_at is null or n.usage_measured_at < ${stale}
    on conflict (customer_id) do update
      set usage_daily_nanos = excluded.usage_daily_nanos, usage_measured_at = excluded.usage_measured_at`;
}

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
