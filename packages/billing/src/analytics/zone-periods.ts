import type { Sql } from "@ratebook/db";
import type { Granularity } from "./explore-usage.ts";
import type { Fragment } from "./ledger-sum.ts";
import { zoneMidnight } from "./zone-midnight.ts";

/** An hour, day, week or month of a zone, as far as an interval reaches into it. */
export type ZonePeriod = {
  /** When it begins on the zone's clock, which may be before the interval does. */
  start: Date;
  /** Its first instant in the interval. */
  from: Date;
};

/**
 * The periods of an interval in their order: each begins where the one before it ends, the first with the interval.
 *
 * Hours are found by quarters, because some zones move their clocks by half an hour.
 */
export async function zonePeriods(
  { sql }: { sql: Sql },
  { from, to }: { from: Date; to: Date },
  granularity: Granularity,
  timeZone: string,
): Promise<ZonePeriod[]> {
  if (granularity === "hour") {
    return sql<ZonePeriod[]>`
      select date_trunc('hour', quarter, ${timeZone}::text) as start, min(quarter) as "from"
      from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 microsecond', interval '15 minutes') as quarter
      group by 1 order by 2`;
  }
  const clock = (at: Date) => sql`${at}::timestamptz at time zone ${timeZone}::text`;
  return sql<ZonePeriod[]>`
    select distinct start, greatest(start, ${from}::timestamptz) as "from"
    from generate_series(date_trunc(${granularity}::text, ${clock(from)}), ${clock(new Date(to.getTime() - 1))},
      ('1 ' || ${granularity}::text)::interval) as local
    cross join lateral (select ${zoneMidnight(sql, sql`local`, timeZone)} as start) period
    order by start`;
}

/**
 * One of the two instants of each period, as an array of SQL. A select of its own is made once, where a cast would be made
 * again for every row.
 */
export const instantsOf = (sql: Sql, periods: readonly ZonePeriod[], which: keyof ZonePeriod): Fragment =>
  sql`(select ${periods.map((period) => period[which].toISOString())}::text[]::timestamptz[])`;
