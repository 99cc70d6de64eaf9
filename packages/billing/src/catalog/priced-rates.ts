import {
  type Conditions,
  type Fraction,
  type MarkupRule,
  METERS,
  type Meter,
  roundHalfEven,
  sellPrice,
  toDecimalText,
} from "@ratebook/core";
import type { Catalogue } from "./catalogue.ts";
import type { StoredRate } from "./rate-rows.ts";

/** A rate as it is shown: its list price, what it is sold for, and where the price comes from. */
export type ShownRate = {
  rateId: string;
  meter: Meter;
  /** Word for one unit of the meter. */
  unit: string;
  /** List price of `per` units. */
  usd: string;
  per: bigint;
  when: Conditions;
  free: boolean;
  minimum: string | null;
  increment: string | null;
  included: string | null;
  /** Sell price of `per` units: under the contract of whoever is shown it, else everybody's. */
  sellUsd: string;
  /** What everybody without a contract pays for `per` units; null where nobody else is sold it any more. */
  standardUsd: string | null;
  /** Dollars the rule takes once a request, beside the price of the units. */
  feePerRequest: string | null;
  /** Id of the contract's volume discount that counts this meter; null where none does. */
  volumeDiscount: string | null;
  /** Null where the rule sets a price instead. */
  markupBps: number | null;
  /** Id of the markup rule, and what of it decided. */
  rule: string;
  decidedBy: string;
  source: string;
  /** Hash of the source's document, and the place in it. */
  sha256: string;
  where: string | null;
  validFrom: Date | null;
  validUntil: Date | null;
  openedVersion: number;
  openedAt: Date;
};

/** What a rate is shown with besides its own price: only where a contract made that price. */
export type BesideRate = {
  /** Dollars for one unit without the contract; null where nobody else is sold it. */
  standard: Fraction | null;
  volumeDiscount: string | null;
};

/** Prices a rate under a markup rule, for showing; a debit multiplies the exact fraction instead. */
export function shownRate(
  catalogue: Pick<Catalogue, "meter">,
  rate: StoredRate,
  rule: MarkupRule,
  beside?: BesideRate,
): ShownRate {
  const sell = sellPrice(rate, rule, "platform");
  const sellUsd = priceText(sell.perUnit, rate.per);
  return {
    rateId: rate.rateId,
    meter: rate.meter,
    unit: unitOf(catalogue, rate.meter),
    usd: rate.usd,
    per: rate.per,
    when: rate.when,
    free: rate.free,
    minimum: rate.minimum,
    increment: rate.increment,
    included: rate.included,
    sellUsd,
    standardUsd: beside === undefined ? sellUsd : beside.standard && priceText(beside.standard, rate.per),
    feePerRequest: rule.feePerRequest ?? null,
    volumeDiscount: beside?.volumeDiscount ?? null,
    markupBps: rule.percentBps ?? null,
    rule: rule.id,
    decidedBy: sell.decidedBy,
    source: rate.source,
    sha256: rate.sha256,
    where: rate.where,
    validFrom: rate.validFrom,
    validUntil: rate.validUntil,
    openedVersion: rate.openedVersion,
    openedAt: rate.openedAt,
  };
}

/** Word for one unit of a meter. */
function unitOf(catalogue: Pick<Catalogue, "meter">, meter: Meter): string {
  return BUILT_IN.get(meter) ?? catalogue.meter(meter)?.unit ?? meter;
}

/** Exact up to 18 places, as far as list prices go; only a price set per three units, say, needs more. */
function priceText({ num, den }: Fraction, per: bigint): string {
  const scale = 10n ** 18n;
  return toDecimalText({ num: roundHalfEven({ num: num * per * scale, den }), den: scale }, 18);
}

const BUILT_IN: ReadonlyMap<string, string> = new Map(
  Object.entries(METERS).map(([name, { unit }]) => [name, unit]),
);
