import { conditionsKey, type Fraction, markupMismatch } from "@ratebook/core";
import type { ContractVersion } from "../contracts/contract-version.ts";
import type { Catalogue, CataloguePrice } from "./catalogue.ts";
import { type ShownRate, shownRate } from "./priced-rates.ts";
import type { StoredRate } from "./rate-rows.ts";

/** An offering's rates as a customer with a contract is sold them. */
export type SoldRates = {
  rates: ShownRate[];
  /** Where a price lock made the rates: its catalogue version, and the instant it ends. */
  priceLock: { catalogueVersion: number; until: Date } | null;
};

/**
 * Shows the rates a contract's customer is debited at, each beside everybody's price of the same meter and conditions.
 *
 * @param agreed the offering as the catalogue prices it under the contract
 * @param standard the same offering at the same instant, as everybody is sold it
 */
export function soldRates(
  catalogue: Pick<Catalogue, "meter">,
  contract: ContractVersion,
  agreed: CataloguePrice | null,
  standard: CataloguePrice | null,
): SoldRates {
  if (agreed === null) return { rates: [], priceLock: null };
  const { lock, terms } = contract;
  const { offering, compiled, costs } = agreed;
  return {
    rates: offering.rates.flatMap((rate) => {
      const meter = compiled.meters.get(rate.meter);
      if (meter === undefined) return [];
      const discount = terms.discounts.find(
        ({ match }) => markupMismatch(match, offering, rate.meter) === null,
      );
      const beside = { standard: standardPrice(rate, standard), volumeDiscount: discount?.id ?? null };
      return [shownRate(catalogue, rate, meter.markup.rule, beside)];
    }),
    priceLock:
      costs === undefined || lock === null
        ? null
        : { catalogueVersion: lock.catalogueVersion, until: lock.until },
  };
}

function standardPrice({ meter, when }: StoredRate, standard: CataloguePrice | null): Fraction | null {
  const sold = standard?.compiled.meters.get(meter);
  const key = conditionsKey(when);
  if (sold?.ratedAs !== meter) return null;
  return sold.rates.find((rate) => rate.key === key)?.sell.perUnit ?? null;
}
