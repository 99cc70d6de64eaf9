import { METERS } from "@ratebook/core";
import type { Api } from "../../app/trpc.ts";
import { conditionsId } from "./conditions-text.ts";

/** An offering on the price list. */
export type PricedModel = Api<"pricing", "models">["items"][number];
/** One of its rates. */
export type ShownRate = PricedModel["rates"][number];

/** Rates in the order people read prices: input before output, the plain rate before those with conditions. */
export const inReadingOrder = <R extends Pick<ShownRate, "meter" | "when">>(rates: readonly R[]): R[] =>
  rates.toSorted(
    (a, b) =>
      rankOf(a.meter) - rankOf(b.meter) ||
      a.meter.localeCompare(b.meter) ||
      Object.keys(a.when).length - Object.keys(b.when).length ||
      conditionsId(a.when).localeCompare(conditionsId(b.when), "en", { numeric: true }),
  );

/**
 * The few rates that stand for an offering in a list: one per meter, the plain one where there is one, and how many more
 * there are.
 */
export function leadingRates(
  rates: readonly ShownRate[],
  most: number,
): { shown: ShownRate[]; more: number } {
  const firsts = [...Map.groupBy(inReadingOrder(rates), ({ meter }) => meter).values()].flatMap(
    ([first]) => first ?? [],
  );
  const shown = firsts.slice(0, most);
  return { shown, more: rates.length - shown.length };
}

const ORDER: ReadonlyMap<string, number> = new Map(
  [
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    ...Object.keys(METERS).filter(
      (meter) => !["input_tokens", "output_tokens", "cache_read_tokens"].includes(meter),
    ),
  ].map((meter, index) => [meter, index]),
);

const rankOf = (meter: string): number => ORDER.get(meter) ?? ORDER.size;
