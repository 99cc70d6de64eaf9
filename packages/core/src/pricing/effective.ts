import type { Rate } from "./rate.ts";

/** A rate with the time the catalogue had it active, half-open. */
export type RateInterval = {
  readonly rate: Rate;
  /** When the version that brought it was activated. */
  readonly activeFrom: Date;
  /** When the version that closed it was activated; null while it is active. */
  readonly activeUntil: Date | null;
};

/** Whether a rate's own dates allow it at an instant; `validUntil` itself is outside. */
export const isInForce = (rate: Pick<Rate, "validFrom" | "validUntil">, at: Date): boolean =>
  (rate.validFrom === null || rate.validFrom <= at) && (rate.validUntil === null || at < rate.validUntil);

/**
 * The rates that price an event at an instant: those the catalogue had active then whose own dates allow it. A
 * rate's `validFrom` before its activation never reaches back.
 */
export const ratesAt = (intervals: readonly RateInterval[], at: Date): Rate[] =>
  intervals
    .filter(({ activeFrom, activeUntil }) => activeFrom <= at && (activeUntil === null || at < activeUntil))
    .filter(({ rate }) => isInForce(rate, at))
    .map(({ rate }) => rate);

/**
 * The first instant after `at` at which ratesAt may answer otherwise, or null when it never does: until then
 * what was compiled from the rates may be kept.
 */
export function nextChangeAfter(intervals: readonly RateInterval[], at: Date): Date | null {
  let next: Date | null = null;
  for (const { rate, activeFrom, activeUntil } of intervals) {
    for (const edge of [activeFrom, activeUntil, rate.validFrom, rate.validUntil]) {
      if (edge !== null && edge > at && (next === null || edge < next)) next = edge;
    }
  }
  return next;
}
