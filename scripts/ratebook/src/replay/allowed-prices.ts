import { compareFractions, type Fraction, fraction, listPerUnit, perUnit } from "@ratebook/core";

/** A rate as far as its size is judged here. */
export type SizedRate = { offering: string; meter: string; usd: string; per: bigint };

/**
 * The models that rightly cost more than $200 a million tokens, by name; all others above that ever recorded were
 * mistakes. An entry ends at what the model costs, so that a slip of a digit in one of them is a mistake as well.
 */
const ALLOWED: readonly { models: readonly string[]; inputMax: string; outputMax: string; why: string }[] = [
  {
    models: ["o1-pro", "o1-pro-2025-03-19"],
    inputMax: "150",
    outputMax: "600",
    why: "OpenAI's price list: $150 in, $600 out, the dearest model it sells by name",
  },
  {
    models: ["gpt-5.5-pro", "gpt-5.5-pro-2026-04-23"],
    inputMax: "60",
    outputMax: "270",
    why: "OpenAI's long-context price of it, above 272,000 input tokens: $60 in, $270 out",
  },
  {
    models: ["luminous-supreme-control"],
    inputMax: "218.75",
    outputMax: "1000",
    why: "Aleph Alpha's largest model, with control: $218.75 in",
  },
];

/** Whether a text-token rate is above $200 a million in or $1,000 a million out; of other meters nothing is said. */
export function isAboveTextBounds(rate: SizedRate): boolean {
  const bound = OUTPUT.has(rate.meter) ? "1000" : INPUT.has(rate.meter) ? "200" : null;
  return bound !== null && isAbove(rate, bound);
}

/** Why a rate may be above the bounds, or null where nothing allows it. */
export function allowanceFor(rate: SizedRate): string | null {
  const model = rate.offering.slice(rate.offering.lastIndexOf("/") + 1);
  const entry = ALLOWED.find(({ models }) => models.includes(model));
  if (entry === undefined) return null;
  return isAbove(rate, OUTPUT.has(rate.meter) ? entry.outputMax : entry.inputMax) ? null : entry.why;
}

/** New ÷ old, both more than 0: whether it lies within [0.5, 2], the edges included. */
export function isWithinBand(
  before: SizedRate,
  after: SizedRate,
  [low, high]: readonly [Fraction, Fraction] = BAND,
): boolean {
  const [old, next] = [listPerUnit(before), listPerUnit(after)];
  const times = (factor: { num: bigint; den: bigint }) => ({
    num: old.num * factor.num,
    den: old.den * factor.den,
  });
  return compareFractions(next, times(low)) >= 0 && compareFractions(next, times(high)) <= 0;
}

const isAbove = (rate: SizedRate, usdPerMillion: string): boolean =>
  compareFractions(listPerUnit(rate), perUnit({ usd: usdPerMillion, per: 1_000_000 })) > 0;

const INPUT: ReadonlySet<string> = new Set([
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "cache_write_1h_tokens",
  "citation_tokens",
]);
const OUTPUT: ReadonlySet<string> = new Set(["output_tokens", "reasoning_tokens"]);

const BAND = [fraction(1n, 2n), fraction(2n, 1n)] as const;
/** Where a change is beyond what a hold is for. */
export const WIDE_BAND = [fraction(1n, 5n), fraction(5n, 1n)] as const;
