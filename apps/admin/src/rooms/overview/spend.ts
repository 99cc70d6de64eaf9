import { type Nanos, nanos } from "@ratebook/core";
import type { Spend } from "../usage/spend-amount.tsx";

/** One UTC day's spend. */
export type DaySpend = Spend & { day: string };

/** A row of usage by UTC day, as it is read. */
type DayRow = { key: string | null; amount: Nanos; events: number; bills: number; parked: number };

/** Start of the UTC day `daysBack` days before `now`. */
export const utcDay = (now: Date, daysBack = 0): Date =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - daysBack));

/** Start of the UTC month of `now`. */
export const utcMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));

/** From when usage has to be read to know the month so far and the last 30 days. */
export function spendStart(now: Date): Date {
  return new Date(Math.min(utcMonth(now).getTime(), utcDay(now, 29).getTime()));
}

/** The last `days` days, today last; days without usage are there with nothing. */
export function lastDays(rows: readonly DayRow[], now: Date, days: number): DaySpend[] {
  const byDay = Map.groupBy(rows, ({ key }) => key);
  return Array.from({ length: days }, (_, index) => {
    const day = utcDay(now, days - 1 - index)
      .toISOString()
      .slice(0, 10);
    return { day, ...sumOf(byDay.get(day) ?? []) };
  });
}

/** Sum of the days from an instant on. */
export function spentSince(rows: readonly DayRow[], from: Date): Spend {
  const first = from.toISOString().slice(0, 10);
  return sumOf(rows.filter(({ key }) => key !== null && key >= first));
}

function sumOf(rows: readonly DayRow[]): Spend {
  const sum = { amount: nanos(0n), requests: 0, bills: 0, parked: 0 };
  for (const { amount, events, bills, parked } of rows) {
    sum.amount = nanos(sum.amount + amount);
    sum.requests += events;
    sum.bills += bills;
    sum.parked += parked;
  }
  return sum;
}

/** Thousandths of the greatest amount, for the height or width of a bar. */
export const share = (amount: bigint, greatest: bigint): number =>
  greatest <= 0n || amount <= 0n ? 0 : Number((amount * 1000n) / greatest);

/** The greatest of some amounts; 0 where there is none. */
export function greatestOf(amounts: readonly bigint[]): bigint {
  let greatest = 0n;
  for (const amount of amounts) if (amount > greatest) greatest = amount;
  return greatest;
}
