import { type Nanos, nanos } from "@ratebook/core";

/** One UTC day's spend. */
export type DaySpend = { day: string; amount: Nanos };

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
export function lastDays(
  rows: readonly { key: string | null; amount: Nanos }[],
  now: Date,
  days: number,
): DaySpend[] {
  const amounts = new Map(rows.map(({ key, amount }) => [key, amount]));
  return Array.from({ length: days }, (_, index) => {
    const day = utcDay(now, days - 1 - index)
      .toISOString()
      .slice(0, 10);
    return { day, amount: amounts.get(day) ?? nanos(0n) };
  });
}

/** Sum of the days from an instant on. */
export function spentSince(rows: readonly { key: string | null; amount: Nanos }[], from: Date): Nanos {
  const first = from.toISOString().slice(0, 10);
  return nanos(
    rows.reduce((sum, { key, amount }) => (key !== null && key >= first ? sum + amount : sum), 0n),
  );
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
