import type { Meter, Modality } from "../../meter/meters.ts";
import { type Pools, poolsFromQuantities } from "../../meter/pools.ts";
import type { Conditions } from "../price-document.ts";
import type { Rate, RatedOffering } from "../rate.ts";

/** A rate as a test states it: meter, exact dollars, per how many units, conditions, and what else it carries. */
export type RateSketch = [
  meter: Meter,
  usd: string,
  per: number,
  when?: Conditions,
  more?: Partial<
    Pick<Rate, "free" | "minimum" | "increment" | "included" | "ownCost" | "validFrom" | "validUntil">
  >,
];

/** A stored rate from a sketch. Its id names its place in the test, `#0`, `#1`, … */
export function rateFrom(
  offering: string,
  [meter, usd, per, when = {}, more]: RateSketch,
  index: number,
): Rate {
  return {
    rateId: `#${index}`,
    offering,
    meter,
    usd,
    per: BigInt(per),
    when,
    free: false,
    minimum: null,
    increment: null,
    included: null,
    ownCost: null,
    source: "test",
    where: `/rates/${index}`,
    sha256: "00",
    validFrom: null,
    validUntil: null,
    ...more,
  };
}

/** A listed offering with rates from sketches. */
export function offeringFrom(
  provider: string,
  model: string,
  modality: Modality,
  sketches: readonly RateSketch[],
): RatedOffering {
  const offering = `${provider}/${model}`;
  const rates = sketches.map((sketch, index) => rateFrom(offering, sketch, index));
  return { offering, provider, model, modality, listed: true, rates };
}

/** Pools of built-in meters, or of `x_…` meters counted in parts; throws on quantities a test got wrong. */
export function poolsFrom(quantities: Readonly<Record<string, string | number>>): Pools {
  const pools = poolsFromQuantities(quantities, () => ({ integer: false }));
  if (!pools.ok) throw new Error(`${pools.error.field} ${pools.error.message}`);
  return pools.value;
}
