import { type Nanos, nanos } from "../money/nanos.ts";
import { DAY_MS } from "./resource-day.ts";

/** What was used lately: in whole UTC days before today, and today. */
export type RecentUse = {
  /** Of the days before today. */
  past: Nanos;
  /** How many of them count: since the first use, seven at most. */
  pastDays: number;
  today: Nanos;
};

/**
 * What a day costs at present: the average of the days before, or of them and today where that is more already. Today
 * weighs no more than its share, so that a forecast does not jump back at midnight.
 */
export function dailyBurn({ past, pastDays, today }: RecentUse): Nanos {
  const before = pastDays > 0 ? past / BigInt(pastDays) : 0n;
  const withToday = (past + today) / BigInt(pastDays + 1);
  return nanos(withToday > before ? withToday : before);
}

/** What decides how long credits last. */
export type RunwayFacts = {
  available: Nanos;
  debt: Nanos;
  /** Used by running resources and not billed yet. */
  accrued: Nanos;
  /** What a day costs now: running resources, and recent usage per day. */
  daily: Nanos;
};

/**
 * How long the credits last at today's cost, in milliseconds; 0 or less where they are gone, null where nothing is being
 * spent.
 */
export function runwayMs({ available, debt, accrued, daily }: RunwayFacts): bigint | null {
  if (daily <= 0n) return null;
  const left = available - debt - accrued;
  // Towards minus infinity, so that a nano short is short.
  const exact = left * BigInt(DAY_MS);
  return exact >= 0n ? exact / daily : -((-exact + daily - 1n) / daily);
}

/** Hours of runway, rounded down; null for ever. */
export const runwayHours = (ms: bigint | null): bigint | null =>
  ms === null ? null : ms <= 0n ? 0n : ms / HOUR_MS;

const HOUR_MS = 3_600_000n;

/** Days of runway in tenths, rounded down, for people: 12.3; null for ever. */
export function runwayDays(ms: bigint | null): number | null {
  if (ms === null) return null;
  if (ms <= 0n) return 0;
  const tenths = ms / BigInt(DAY_MS / 10);
  return Number(tenths > 999_999n ? 999_999n : tenths) / 10;
}
