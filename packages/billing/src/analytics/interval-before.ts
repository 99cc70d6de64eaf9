import { must } from "@ratebook/core";
import type { Sql } from "@ratebook/db";

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
      when first = date_trunc('day', first, zone) and last = date_trunc('day', last, zone)
        then ((first at time zone zone)::date - ((last at time zone zone)::date - (first at time zone zone)::date))::timestamp
          at time zone zone
      else ${sameLength}::timestamptz end as start
    from (select ${from}::timestamptz as first, ${to}::timestamptz as last, ${timeZone}::text as zone) given`;
  return { from: must(row, "a select of one row has it").start, to: from };
}
