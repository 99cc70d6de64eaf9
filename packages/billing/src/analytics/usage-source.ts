import type { Sql } from "@ratebook/db";
import { type Dimension, type UsageFilters, WIDE } from "./dimension.ts";
import { type Fragment, filterConditions } from "./ledger-sum.ts";
import { MEASURE_COLUMNS } from "./usage-sums.ts";

/** What a question is about. */
export type UsageScope = {
  /** Null: of every customer. */
  customerId: string | null;
  /** Half-open, by the instant usage occurred. */
  from: Date;
  to: Date;
  filters: UsageFilters;
  /** What it is grouped by. */
  dimensions: readonly Dimension[];
  /** True where it is only about whole UTC days: not about hours, or days of another zone. */
  utcDays: boolean;
  /** Usage with several tags is there once for each; usage without has the empty one. */
  eachTag?: boolean;
};

/**
 * What a question reads, as `from … where …`: `u` is the coarsest rollup that answers it exactly, with what is not
 * rolled yet; an interval that is not made of quarters of an hour is read from the entries themselves. `o` is the
 * offering, where its modality is asked for.
 */
export function usageFrom(sql: Sql, scope: UsageScope): Fragment {
  const { customerId, from, to, filters } = scope;
  const filtered = (Object.keys(filters) as Dimension[]).filter((it) => filters[it] !== undefined);
  const named = new Set<Dimension>([...scope.dimensions, ...filtered]);
  const modality = named.has("modality")
    ? sql`left join ratebook.offering o on o.offering = u.offering`
    : sql``;
  const tags = scope.eachTag === true ? sql`cross join lateral ${sql.unsafe(EACH_TAG)} as g(tag)` : sql``;
  return sql`
    from (
      ${rolled(sql, scope, named)}
      union all
      select ${sql.unsafe(COLUMNS)} from ratebook.unrolled_usage(${customerId}::uuid)
      where at >= ${from} and at < ${to}) u
    ${modality} ${tags}
    where true ${filterConditions(sql, filters)}`;
}

function rolled(sql: Sql, scope: UsageScope, named: ReadonlySet<Dimension>): Fragment {
  const { customerId, from, to, utcDays } = scope;
  const own =
    customerId === null
      ? sql`true`
      : sql`r.bucket = ratebook.bucket_of(${customerId}::uuid) and r.account_id = ${customerId}`;
  if (!isQuarter(from) || !isQuarter(to)) {
    // An event is never dated later than half a minute after it is recorded.
    return sql`
      select ${sql.unsafe(COLUMNS.replace("account_id", "f.account_id"))} from ratebook.usage_rolled r
      join ratebook.usage_fact f on f.bucket = r.bucket and f.account_id = r.account_id and f.seq <= r.seq
      where ${own} and f.at >= ${from} and f.at < ${to}
        and f.recorded_at >= ${new Date(from.getTime() - MINUTE_MS)}`;
  }
  if (!utcDays || !isDay(from) || !isDay(to)) {
    return sql`
      select ${sql.unsafe(COLUMNS.replace(" at,", " start as at,"))} from ratebook.usage_quarter r
      where ${own} and r.start >= ${from} and r.start < ${to}`;
  }
  const narrow = [...named].every((dimension) => WIDE.has(dimension));
  const ofAll = narrow && customerId === null && !named.has("customer");
  const [table, selected] = ofAll
    ? ["usage_day_total", `null::uuid as ${NARROW}`]
    : narrow
      ? ["usage_day_offering", NARROW]
      : ["usage_day", COLUMNS];
  const columns = selected.replace(" at,", " day::timestamp at time zone 'UTC' as at,");
  return sql`
    select ${sql.unsafe(columns)} from ratebook.${sql.unsafe(table)} r
    where ${own} and r.day >= ${dayText(from)}::date and r.day < ${dayText(to)}::date`;
}

/** Whether an instant is a whole quarter of an hour, which any hour or day of any zone starts with. */
export const isQuarter = (at: Date): boolean => at.getTime() % QUARTER_MS === 0;

/** Whether an instant is 00:00 UTC. */
export const isDay = (at: Date): boolean => at.getTime() % DAY_MS === 0;

const dayText = (at: Date): string => at.toISOString().slice(0, 10);

/** The tags of a usage source `u` as a set of rows. */
export const EACH_TAG = `unnest(case when u.tags = '{}' then '{""}' else u.tags end)`;

const MEASURES = MEASURE_COLUMNS.join(", ");
const COLUMNS = `account_id, at, offering, billing, agent_id, app_id, key_id, user_id, tags, ${MEASURES}`;
const NARROW = `account_id, at, offering, billing, '' as agent_id, '' as app_id, '' as key_id, '' as user_id, '{}'::text[] as tags, ${MEASURES}`;
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
