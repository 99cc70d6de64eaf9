import { calcPrice, type Provider, type Usage } from "@pydantic/genai-prices";
import { poolsFromQuantities, rateUsage } from "@ratebook/core";
import type { PriceList } from "./price-list.ts";

/** An event as each side's own callers state it. */
export type RatingEvent = {
  provider: string;
  model: string;
  at: Date;
  /** Exclusive quantities by meter: ours. */
  quantities: Record<string, number>;
  /** Totals that include their parts: theirs. */
  usage: Usage;
  theirProvider: Provider;
};

/** A model with the meters that both sides price, and price alike. */
export type RatedModel = PriceList["models"][number] & { cached: boolean; output: boolean };

/** What Ratebook makes of an event: list cost in nanos; null where it has no price. */
export function rateByRatebook(
  list: PriceList,
  { provider, model, at, quantities }: RatingEvent,
): bigint | null {
  const offering = list.find(provider, model);
  const pools = poolsFromQuantities(quantities);
  if (offering === undefined || !pools.ok) return null;
  const rated = rateUsage(offering, { pools: pools.value, at });
  return rated.ok ? rated.value.upstream : null;
}

/** What the other library makes of it: dollars; null where it has no price. It is spared looking for the provider. */
export const priceByGenaiPrices = ({ usage, model, theirProvider, at }: RatingEvent): number | null =>
  calcPrice(usage, model, { provider: theirProvider, timestamp: at })?.total_price ?? null;

/**
 * The models both sides price to the same amount, with the widest usage they agree on. The others are left out: their
 * lists say things that only one side bills.
 */
export function modelsOfBoth(list: PriceList, at: Date): RatedModel[] {
  return list.models.flatMap((model): RatedModel[] => {
    const kinds = [
      { ...model, cached: true, output: true },
      { ...model, cached: false, output: true },
      { ...model, cached: false, output: false },
    ];
    const agreed = kinds.find((kind) => {
      const events = SIZES.map((size) => eventOf(kind, { ...size, at }));
      return events.every((event) => agree(rateByRatebook(list, event), priceByGenaiPrices(event)));
    });
    return agreed === undefined ? [] : [agreed];
  });
}

/** Events over all models in turn, of sizes from a word to a book; the same for the same seed. */
export function mixedEvents(
  models: readonly RatedModel[],
  count: number,
  seed: number,
  at: Date,
): RatingEvent[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const model = models[random() % models.length];
    if (model === undefined) throw new Error("both sides price no model alike");
    const fresh = 1 + (random() % (random() % 20 === 0 ? 300_000 : 4_000));
    return eventOf(model, { fresh, cached: random() % 3_000, output: 1 + (random() % 1_500), at });
  });
}

type Size = { fresh: number; cached: number; output: number; at: Date };

function eventOf({ provider, model, theirProvider, ...has }: RatedModel, size: Size): RatingEvent {
  const { fresh, at } = size;
  const cached = has.cached ? size.cached : 0;
  const output = has.output ? size.output : 0;
  const quantities: RatingEvent["quantities"] = { input_tokens: fresh };
  const usage: Usage = { input_tokens: fresh + cached };
  if (has.cached) {
    quantities["cache_read_tokens"] = cached;
    usage["cache_read_tokens"] = cached;
  }
  if (has.output) {
    quantities["output_tokens"] = output;
    usage["output_tokens"] = output;
  }
  return { provider, model, at, theirProvider, quantities, usage };
}

/** Whether two prices are one: three lines rounded to nanos may be 1.5 nanos away from their sum as a float. */
function agree(ours: bigint | null, theirs: number | null): boolean {
  return ours !== null && theirs !== null && Math.abs(Number(ours) - theirs * 1e9) < 2;
}

/** A linear congruential generator (constants of Numerical Recipes); its upper bits. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

/** On both sides of every context tier there is. */
const SIZES = [
  { fresh: 1_200, cached: 800, output: 350 },
  { fresh: 300_000, cached: 1_000, output: 1_500 },
];
