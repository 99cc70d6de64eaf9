import { must } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { zoneMidnight } from "./zone-midnight.ts";

/** Instants, or days of a zone; a day as the end is included. */
export type NamedInterval = { from: Date | string; to: Date | string };

/** The instants an interval begins and ends at (half-open); days begin when they begin in the zone. */
export async function resolveInterval(
  { sql }: { sql: Sql },
  { from, to }: NamedInterval,
  timeZone: string,
): Promise<{ from: Date; to: Date }> {
  if (from instanceof Date && to instanceof Date) return { from, to };
  const day = (at: Date | string) => (typeof at === "string" ? at : null);
  const [row] = await sql<{ from: Date | null; to: Date | null }[]>`
    select ${zoneMidnight(sql, sql`${day(from)}::date`, timeZone)} as "from",
      ${zoneMidnight(sql, sql`${day(to)}::date + 1`, timeZone)} as "to"`;
  const resolved = must(row, "a select without a table has a row");
  return {
    from: from instanceof Date ? from : must(resolved.from, "a day begins"),
    to: to instanceof Date ? to : must(resolved.to, "a day ends"),
  };
}
