import { isInForce } from "@ratebook/core";
import type { StoredOffering } from "./catalogue.ts";
import type { CatalogueMemory } from "./catalogue-memory.ts";
import { ratedOffering } from "./price-cache.ts";

/** What `all` answered, for as long as it holds: until the next rate begins or ends. */
export type Listing = { offerings: readonly StoredOffering[]; until: number };

/** Every offering with its rates in force at an instant, by name. */
export function listOfferings({ offerings, rates }: CatalogueMemory, now: Date): Listing {
  let until = Number.POSITIVE_INFINITY;
  const listed = [...offerings.values()]
    .map((info): StoredOffering => {
      const open = (rates.get(info.offering) ?? []).filter(({ closedVersion }) => closedVersion === null);
      for (const { validFrom, validUntil } of open) {
        for (const edge of [validFrom, validUntil]) {
          if (edge !== null && edge > now) until = Math.min(until, edge.getTime());
        }
      }
      return ratedOffering(
        info,
        open.filter((rate) => isInForce(rate, now)),
      );
    })
    .sort((a, b) => (a.offering < b.offering ? -1 : 1));
  return { offerings: listed, until };
}
