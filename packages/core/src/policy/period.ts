/** How often something comes again. */
export type Period = "day" | "week" | "month";

/**
 * When the n-th period starts, counted from its anchor; the 0-th starts at the anchor. Months keep the anchor's day, or
 * end where a month is shorter; always from the anchor, so that a short month shortens nothing after it.
 */
export function periodStart(anchor: Date, period: Period, n: number): Date {
  if (period !== "month") return new Date(anchor.getTime() + n * (period === "day" ? 1 : 7) * DAY_MS);
  const month = anchor.getUTCMonth() + n;
  const lastDay = new Date(Date.UTC(anchor.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const start = new Date(anchor);
  start.setUTCDate(1);
  start.setUTCMonth(month);
  start.setUTCDate(Math.min(anchor.getUTCDate(), lastDay));
  return start;
}

const DAY_MS = 86_400_000;
