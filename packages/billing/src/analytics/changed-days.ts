import { type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";

/** What changed about a UTC day after it was closed. */
export type ChangedDay = {
  /** `2026-11-22`. */
  day: string;
  /** Events that arrived, or found their price, later; they are in the day's sums. */
  lateEvents: number;
  lateAmount: Nanos;
  /** Later corrections of the day's events; their amounts count on the days they were posted. */
  corrections: number;
  corrected: Nanos;
  changedAt: Date;
};

/** The closed days of an interval that changed later, the latest first, at most 400; at the moment of the statement. */
export async function changedDays(sql: Sql, customerId: string, from: Date, to: Date): Promise<ChangedDay[]> {
  const rows = await sql<
    (Omit<ChangedDay, "lateEvents" | "corrections"> & { lateEvents: bigint; corrections: bigint })[]
  >`
    select day::text, sum(late_events)::int8 as "lateEvents", sum(late_amount)::int8 as "lateAmount",
      sum(corrections)::int8 as corrections, sum(corrected)::int8 as corrected, max(changed_at) as "changedAt"
    from (
      select day, late_events, late_amount, corrections, corrected, changed_at from ratebook.usage_day_change
      where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}
      union all
      select day, (not is_correction)::int, case when is_correction then 0 else amount end, is_correction::int,
        case when is_correction then amount else 0 end, recorded_at
      from ratebook.unrolled_usage(${customerId}::uuid) f
      cross join lateral (select (coalesce(f.corrected_at, f.at) at time zone 'UTC')::date as day) d
      where recorded_at >= ((day + 1)::timestamp at time zone 'UTC') + interval '1 hour') c
    where day >= (${from}::timestamptz at time zone 'UTC')::date and day < (${to}::timestamptz at time zone 'UTC')
    group by day order by day desc limit 400`;
  return rows.map((row) => ({
    ...row,
    lateEvents: Number(row.lateEvents),
    lateAmount: nanos(row.lateAmount),
    corrections: Number(row.corrections),
    corrected: nanos(row.corrected),
  }));
}
