import type { Sql } from "@ratebook/db";
import type { Fragment } from "./ledger-sum.ts";

/**
 * The instant a day of a zone begins at, as SQL: the first whose local date is that day or a later one.
 *
 * Where clocks go back to 00:00 that is the first of two midnights, of which PostgreSQL alone would take the second; where
 * there is no midnight, when clocks go forward. A day that a zone leaves out begins when the next one does.
 *
 * @param day SQL of a date, or of a timestamp that is 00:00 of it; null gives null
 */
export const zoneMidnight = (sql: Sql, day: Fragment, timeZone: string): Fragment => sql`(
  select min(instant)
  from (select (${day})::timestamp as local, (${day})::timestamp at time zone ${timeZone}::text as late) midnight,
    generate_series(late - ${SET_BACK_MAX}::interval, late, interval '15 minutes') as instant
  where instant at time zone ${timeZone}::text >= local)`;

/** Since 1970 no zone has set its clocks back by more over a midnight (Antarctica/Casey: three hours). */
const SET_BACK_MAX = "4 hours";
