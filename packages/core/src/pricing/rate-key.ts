import type { Conditions } from "./price-document.ts";

/**
 * Conditions as one canonical line of text: keys sorted, values as JSON, "" for none.
 *
 * Two rates of one meter are the same price point exactly when these lines are equal.
 */
export function conditionsKey(when: Conditions): string {
  return Object.entries(when)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("&");
}

/** Canonical name of a price point inside one offering: the meter, and the conditions after a "?". */
export function rateKey(rate: { meter: string; when: Conditions }): string {
  const conditions = conditionsKey(rate.when);
  return conditions === "" ? rate.meter : `${rate.meter}?${conditions}`;
}

/** Canonical name of a price point across offerings. Offering ids hold no white space, so a space divides. */
export const offeringRateKey = (rate: { offering: string; meter: string; when: Conditions }): string =>
  `${rate.offering} ${rateKey(rate)}`;
