import type { Nanos } from "../money/nanos.ts";
import { DAY_MS } from "./resource-day.ts";

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

/** Days of runway in tenths, rounded down, for people: 12.3; null for ever. */
export function runwayDays(ms: bigint | null): number | null {
  if (ms === null) return null;
  if (ms <= 0n) return 0;
  const tenths = ms / BigInt(DAY_MS / 10);
  return Number(tenths > 999_999n ? 999_999n : tenths) / 10;
}
