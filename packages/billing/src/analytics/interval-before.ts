import { must } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { zoneMidnight } from "./zone-midnight.ts";

/**
 * The interval before another one: of as many days of the zone where it is of whole days, which are 23 or 25 hours long
 * when clocks change; else of the same length.
 */
export async function intervalBefore(
  { sql }: { sql: Sql },
  { from, to }: { from: Date; to: Date },
  timeZone: string,
): Promise<{ from: Date; to: Date }> {
  const sameLength = new Date(2 * from.getTime() - to.getTime());
  if (timeZone === "UTC") return { from: sameLength, to: from };
  const [row] = await sql<[{ start: Date }]>`
    select case
      when ${from}::timestamptz = ${zoneMidnight(sql, sql`first_day`, timeZone)} and ${to}::timestamptz = ${zoneMidnight(sql, sql`last_day`, timeZone)}
        then ${zoneMidnight(sql, sql`first_day - (last_day - first_day)`, timeZone)}
      else ${sameLength}::timestamptz end as start
    from (select (${from}::timestamptz at time zone ${timeZone}::text)::date as first_day,
      (${to}::timestamptz at time zone ${timeZone}::text)::date as last_day) given`;
  return { from: must(row, "a select of one row has it").start, to: from };
}
