import { ok, pricingSummary, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { type PricesShown, pricesFor, pricesShown } from "../contracts/prices-for.ts";
import type { Ctx } from "../ctx.ts";
import { freshnessBySource } from "./priced-model.ts";
import { staleBecause } from "./staleness.ts";

/** What everything on sale costs, by product. */
export type PriceSummary = PricesShown & {
  /** When the longest unchecked of the prices was last checked; null before the first document. */
  asOf: Date | null;
  /** Some price on sale was not confirmed for longer than its source's freshness allows. */
  stale: boolean;
  catalogueVersion: number;
  policyVersion: number;
  pricing: ReturnType<typeof pricingSummary>;
};

/**
 * Sums the price list up from the stored rates, by the code that rates a debit: everybody's prices, or a customer's own
 * before volume discounts where `pricesFor` gives its contract.
 */
export async function summarizePrices(
  { catalogue, ...ctx }: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor | null,
  input: { customer?: string | undefined } = {},
): Promise<Result<PriceSummary, ResolveCustomerError>> {
  const now = ctx.clock();
  const own = await pricesFor({ ...ctx, catalogue }, actor, input.customer, now);
  if (!own.ok) return own;
  const contract = own.value;
  const onSale = catalogue.all().filter(({ listed }) => listed);
  const [freshness, prices] = await Promise.all([
    freshnessBySource(ctx),
    Promise.all(onSale.map(async ({ offering }) => catalogue.at(offering, now, contract))),
  ]);
  const priced = prices.flatMap((price) =>
    price !== null && price.offering.rates.length > 0 ? [price] : [],
  );
  const sources = new Set(priced.flatMap(({ offering }) => offering.rates.map(({ source }) => source)));
  const read = [...sources].flatMap((source) => freshness.get(source) ?? []);
  const checked = read.flatMap(({ checkedAt }) => checkedAt ?? []).sort((a, b) => a.getTime() - b.getTime());
  return ok({
    asOf: checked[0] ?? null,
    stale: priced.some(
      ({ offering }) =>
        staleBecause(offering.rates, catalogue.describe(offering.offering), freshness, now) !== null,
    ),
    ...pricesShown(contract),
    ...catalogue.current(),
    pricing: pricingSummary(
      priced.map(({ compiled }) => compiled),
      now,
    ),
  });
}
