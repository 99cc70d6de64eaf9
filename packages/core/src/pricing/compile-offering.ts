import { METERS, type Meter } from "../meter/meters.ts";
import { fallbackMeter } from "../meter/parent-fallback.ts";
import { QUANTITY_SCALE, type Quantity, quantity } from "../meter/quantity.ts";
import { parseDecimal } from "../money/decimal.ts";
import { isZero } from "../money/fraction.ts";
import { roundUp } from "../money/rounding.ts";
import { compileConditions } from "./conditions.ts";
import { type MarkupPolicy, type ResolvedMarkup, resolveMarkup } from "./markup.ts";
import type { Rate, RatedOffering } from "./rate.ts";
import { conditionsKey } from "./rate-key.ts";
import type { Candidate } from "./select-rate.ts";
import { listPerUnit, ownCostPerUnit, reduce, type SellPrice, sellPrice } from "./sell-price.ts";

/** A rate with everything that does not depend on the event worked out. */
export type CompiledRate = Candidate & {
  readonly rate: Rate;
  readonly ownCostPerUnit: Candidate["listPerUnit"];
  readonly sell: SellPrice;
  /** The operator's fee for one unit where the customer's own key pays. */
  readonly byok: SellPrice;
  /** False for a price of 0 that is not marked free: it never rates. */
  readonly billable: boolean;
  /** How the quantity is billed; null where it is billed as it is. */
  readonly terms: { included: Quantity; minimum: Quantity; increment: Quantity } | null;
};

/** The rates a pool may be billed at. */
export type CompiledMeter = {
  /** The pool's own meter, or its parent's where the provider bills it at the parent's rate. */
  readonly ratedAs: Meter;
  readonly markup: ResolvedMarkup;
  readonly rates: readonly CompiledRate[];
  /** The one rate, where there is only one and it is unconditional. */
  readonly only: CompiledRate | null;
  /** Whether a request's service tier says nothing about this meter. */
  readonly tierIrrelevant: boolean;
};

/** An offering under a policy, prepared so that rating an event parses and divides nothing twice. */
export type CompiledOffering = {
  readonly offering: RatedOffering;
  readonly policyId: string;
  readonly meters: ReadonlyMap<Meter, CompiledMeter>;
};

/**
 * Prepares an offering's rates in force under a markup policy. The result depends on nothing else and may be
 * kept as long as both are; the order of the rates does not matter.
 */
export function compileOffering(offering: RatedOffering, policy: MarkupPolicy): CompiledOffering {
  const byMeter = Map.groupBy(offering.rates, ({ meter }) => meter);
  const sellsPriority = offering.rates.some(({ when }) => when.service_tier === "priority");
  const meters = new Map<Meter, CompiledMeter>();
  const add = (meter: Meter, ratedAs: Meter, rates: readonly Rate[]) => {
    const markup = resolveMarkup(policy, offering, meter);
    const compiled = rates.map((rate) => compileRate(rate, markup));
    const [first] = compiled;
    const tiered = rates.some(({ when }) => when.service_tier !== undefined);
    meters.set(meter, {
      ratedAs,
      markup,
      rates: compiled,
      only: compiled.length === 1 && first?.conditions.count === 0 ? first : null,
      tierIrrelevant: sellsPriority && !tiered && !isTokenMeter(ratedAs),
    });
  };
  for (const [meter, rates] of byMeter) add(meter, meter, rates);
  for (const meter of BUILT_IN_METERS) {
    if (byMeter.has(meter)) continue;
    const parent = fallbackMeter(offering.provider, meter);
    const rates = parent === null ? undefined : byMeter.get(parent);
    if (parent !== null && rates !== undefined) add(meter, parent, rates);
  }
  return { offering, policyId: policy.id, meters };
}

function compileRate(rate: Rate, markup: ResolvedMarkup): CompiledRate {
  const list = reduce(listPerUnit(rate));
  return {
    rate,
    conditions: compileConditions(rate.when),
    key: conditionsKey(rate.when),
    listPerUnit: list,
    ownCostPerUnit: rate.ownCost === null && !rate.free ? list : reduce(ownCostPerUnit(rate)),
    sell: sellPrice(rate, markup.rule, "platform"),
    byok: sellPrice(rate, markup.rule, "byok"),
    billable: rate.free || !isZero(list),
    terms:
      rate.included === null && rate.minimum === null && rate.increment === null
        ? null
        : {
            included: billionths(rate.included),
            minimum: billionths(rate.minimum),
            increment: billionths(rate.increment),
          },
  };
}

function billionths(text: string | null): Quantity {
  if (text === null) return quantity(0n);
  const { num, den } = parseDecimal(text);
  // Documents hold at most nine places, so this rounds nothing; upwards is the side that is never free.
  return quantity(roundUp({ num: num * QUANTITY_SCALE, den }));
}

const isTokenMeter = (meter: Meter): boolean => meter.endsWith("_tokens");

const BUILT_IN_METERS: readonly Meter[] = Object.keys(METERS).map(
  // True because METERS is a literal without other keys.
  (name) => name as Meter,
);
