import { pricingSummary } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { freshnessBySource } from "./price-models.ts";
import { staleBecause } from "./staleness.ts";

/** What everything on sale costs, by product. */
export type PriceSummary = {
  /** When the longest unchecked of the prices was last checked; null before the first document. */
  asOf: Date | null;
  /** Some price on sale was not confirmed for longer than its source's freshness allows. */
  stale: boolean;
  catalogueVersion: number;
  policyVersion: number;
  pricing: ReturnType<typeof pricingSummary>;
};

/** Sums the price list up from the stored rates, by the code that rates a debit. */
export async function summarizePrices({
  catalogue,
  ...ctx
}: Pick<Ctx, "sql" | "clock" | "catalogue">): Promise<PriceSummary> {
  const now = ctx.clock();
  const listed = catalogue.all().filter((offering) => offering.listed && offering.rates.length > 0);
  const [freshness, priced] = await Promise.all([
    freshnessBySource(ctx),
    Promise.all(listed.map(async ({ offering }) => catalogue.at(offering, now))),
  ]);
  const sources = new Set(listed.flatMap(({ rates }) => rates.map(({ source }) => source)));
  const read = [...sources].flatMap((source) => freshness.get(source) ?? []);
  const checked = read.flatMap(({ checkedAt }) => checkedAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  return {
    asOf: checked[0] ?? null,
    stale: listed.some(
      (offering) =>
        staleBecause(offering.rates, catalogue.describe(offering.offering), freshness, now) !== null,
    ),
    ...catalogue.current(),
    pricing: pricingSummary(
      priced.flatMap((offering) => (offering === null ? [] : [offering.compiled])),
      now,
    ),
  };
}
