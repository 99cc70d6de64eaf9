import { nanos } from "@ratebook/core";
import type { Api } from "../../app/trpc.ts";
import type { RatedParked } from "./parked-usage.ts";

/**
 * Rates parked usage page by page until none is left to look at, and adds up what was done. Where it is interrupted,
 * the pages before stay rated; going on later rates the rest, nothing twice.
 */
export async function rateAllParked(
  page: (cursor: string | null) => Promise<Api<"billing", "rateParked">>,
): Promise<RatedParked> {
  let sum: RatedParked = { looked: 0, rated: 0, amount: nanos(0n), unrated: {}, postponed: 0 };
  let cursor: string | null = null;
  do {
    const { nextCursor, ...more }: Api<"billing", "rateParked"> = await page(cursor);
    sum = added(sum, more);
    cursor = nextCursor;
  } while (cursor !== null);
  return sum;
}

const added = (a: RatedParked, b: RatedParked): RatedParked => ({
  looked: a.looked + b.looked,
  rated: a.rated + b.rated,
  amount: nanos(a.amount + b.amount),
  unrated: {
    unknown_offering: (a.unrated.unknown_offering ?? 0) + (b.unrated.unknown_offering ?? 0),
    unpriced_meter: (a.unrated.unpriced_meter ?? 0) + (b.unrated.unpriced_meter ?? 0),
    not_listed: (a.unrated.not_listed ?? 0) + (b.unrated.not_listed ?? 0),
  },
  postponed: a.postponed + b.postponed,
});
