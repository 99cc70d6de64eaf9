import {
  type CompiledMeter,
  type CompiledRate,
  compareFractions,
  compileConditions,
  type Meter,
  type Pools,
} from "@ratebook/core";
import type { PricedOffering } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";

/**
 * An offering made up of the dearest rate its provider has, at that instant, for each meter of an event; null where the
 * provider has none for one of them.
 *
 * For usage of a model nobody has priced yet, where the operator would rather take too much than nothing.
 */
export async function dearestOffering(
  { catalogue }: Pick<Ctx, "catalogue">,
  {
    offering,
    pools,
    at,
    customerId,
  }: { offering: string; pools: Pools; at: Date; customerId: string | null },
): Promise<PricedOffering | null> {
  const [provider = "", ...rest] = offering.split("/");
  const contract = customerId === null ? null : catalogue.contractAt(customerId, at);
  const dearest = new Map<Meter, { meter: CompiledMeter; rate: CompiledRate; from: PricedOffering }>();
  for (const candidate of catalogue.all()) {
    if (candidate.provider !== provider) continue;
    const from = await catalogue.at(candidate.offering, at, contract);
    if (from === null) continue;
    for (const name of pools.keys()) {
      const meter = from.compiled.meters.get(name);
      for (const rate of meter?.ratedAs === name ? meter.rates : []) {
        const best = dearest.get(name);
        const beats = best === undefined || compareFractions(rate.listPerUnit, best.rate.listPerUnit) > 0;
        if (meter !== undefined && rate.billable && !rate.rate.free && beats) {
          dearest.set(name, { meter, rate, from });
        }
      }
    }
  }
  const first = dearest.values().next().value;
  if (first === undefined || [...pools.keys()].some((name) => !dearest.has(name))) return null;
  const { modality } = first.from.offering;
  const made = {
    offering,
    provider,
    model: rest.join("/"),
    modality,
    listed: true,
    rates: [...dearest.values()].map(({ rate }) => rate.rate),
  };
  const meters = new Map([...dearest].map(([name, { meter, rate }]) => [name, alone(meter, rate)]));
  return {
    ...first.from,
    costs: undefined,
    offering: made,
    compiled: { offering: made, policyId: first.from.compiled.policyId, meters },
  };
}

/** The meter with this one rate, which every request matches. */
function alone(meter: CompiledMeter, rate: CompiledRate): CompiledMeter {
  const unconditional = { ...rate, conditions: compileConditions({}), key: "" };
  return { ...meter, rates: [unconditional], only: unconditional, tierIrrelevant: true };
}
