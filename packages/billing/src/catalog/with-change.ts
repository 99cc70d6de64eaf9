import type { RatedOffering } from "@ratebook/core";
import type { HeldChange } from "./activate-proposals.ts";
import { claimKey } from "./rate-rows.ts";

/** What a held change would put in the place of a rate; null prices take it away. */
export type PriceChange = Pick<
  HeldChange,
  "offering" | "meter" | "when" | "validFrom" | "usd" | "per" | "free" | "minimum" | "increment" | "included"
>;

/** The offering as it would be: the price point replaced, added, or gone. */
export function withChange(offering: RatedOffering, change: PriceChange): RatedOffering {
  const key = claimKey(change);
  const before = offering.rates.find((rate) => claimKey(rate) === key);
  const others = offering.rates.filter((rate) => rate !== before);
  const { usd, per, meter, when, free, minimum, increment, included, validFrom } = change;
  if (usd === null || per === null) return { ...offering, rates: others };
  const template = before ?? { ...NOWHERE, offering: offering.offering, rateId: "proposed" };
  return {
    ...offering,
    rates: [...others, { ...template, meter, when, usd, per, free, minimum, increment, included, validFrom }],
  };
}

const NOWHERE = {
  source: "proposal",
  sha256: "",
  where: null,
  ownCost: null,
  validFrom: null,
  validUntil: null,
} as const;
