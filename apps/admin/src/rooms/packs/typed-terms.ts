import { readDollars } from "../billing/read-dollars.ts";

/** How a field for dollars looks. */
export const dollarField = { inputMode: "decimal", leftSection: "$", autoComplete: "off" } as const;

/** What is wrong with dollars somebody typed; null where nothing is. */
export function dollarProblem(text: string): string | null {
  const read = readDollars(text);
  return read.ok ? null : read.error;
}

/** What is wrong with a whole number from 1 somebody typed. */
export const countProblem = (text: string): string | null =>
  /^[1-9]\d{0,5}$/.test(text.trim()) ? null : "A whole number from 1.";

/** What is wrong with a name in the API. */
export const slugProblem = (text: string): string | null =>
  /^[a-z0-9][a-z0-9-]{0,62}$/.test(text) ? null : "Small letters, digits and -.";

/** What is wrong with a place in a list. */
export const placeProblem = (text: string): string | null =>
  /^-?\d{1,6}$/.test(text) ? null : "A whole number.";

/** Periods as a field offers them. */
export const PERIODS: { value: "day" | "week" | "month"; label: string }[] = [
  { value: "month", label: "A month" },
  { value: "week", label: "A week" },
  { value: "day", label: "A day" },
];
