import { err, ok, type Result } from "@ratebook/core";
import type { InvalidField } from "../usage/usage-error.ts";

/** A UTC month, half-open. */
export type Month = { month: string; from: Date; end: Date };

/**
 * Reads a month of the calendar.
 *
 * @param text "2026-11"
 * @param now a month that has not begun by then has no statement
 */
export function readMonth(text: string, now: Date): Result<Month, InvalidField> {
  const read = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  if (read === null) return invalid("must be a month such as 2026-11");
  const [, year, month] = read;
  const found = monthAt(Number(year), Number(month) - 1);
  return found.from > now ? invalid("has not begun yet") : ok(found);
}

/** The months from the one of `first` to the one of `last`, newest first. */
export function monthsBetween(first: Date, last: Date): Month[] {
  const months: Month[] = [];
  const oldest = monthAt(first.getUTCFullYear(), first.getUTCMonth()).from;
  for (let month = last.getUTCMonth(); ; month -= 1) {
    const next = monthAt(last.getUTCFullYear(), month);
    if (next.from < oldest) return months;
    months.push(next);
  }
}

/** A month below 0 or above 11 is one of a year before or after. */
function monthAt(year: number, month: number): Month {
  const from = new Date(Date.UTC(year, month, 1));
  return { month: from.toISOString().slice(0, 7), from, end: new Date(Date.UTC(year, month + 1, 1)) };
}

const invalid = (message: string): Result<Month, InvalidField> =>
  err({ kind: "validation_error", field: "month", message });
