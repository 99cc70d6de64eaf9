/** The start of an English date's day in UTC: "September 1, 2026" → "2026-09-01T00:00:00Z". Null for no such day. */
export function dayOf(text: string): string | null {
  const [, month, day, year] = /^([A-Z][a-z]+) (\d{1,2}), (\d{4})$/.exec(text.trim()) ?? [];
  const index = MONTHS.indexOf((month ?? "").slice(0, 3).toLowerCase());
  if (index < 0 || month === undefined || !(FULL[index] === month || month.length === 3)) return null;
  const at = new Date(Date.UTC(Number(year), index, Number(day)));
  // "February 30" would roll over into March.
  return at.getUTCDate() === Number(day) ? startOf(at) : null;
}

/** The start of the day after a date's day: where a price that holds "through" that day ends. */
export function dayAfter(text: string): string | null {
  const day = dayOf(text);
  if (day === null) return null;
  const next = new Date(day);
  next.setUTCDate(next.getUTCDate() + 1);
  return startOf(next);
}

const startOf = (at: Date): string => `${at.toISOString().slice(0, 10)}T00:00:00Z`;

const FULL = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const MONTHS = FULL.map((name) => name.slice(0, 3).toLowerCase());
