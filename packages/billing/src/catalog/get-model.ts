import { err, ok, policyUnder, type Result, resolveMarkup, sellPrice } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { type PricesShown, pricesFor, pricesShown } from "../contracts/prices-for.ts";
import type { Ctx } from "../ctx.ts";
import { freshnessBySource, type PricedModel, pricedModel } from "./priced-model.ts";
import { type ShownRate, shownRate } from "./priced-rates.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";
import type { OfferingNotFound } from "./set-listed.ts";
import { soldRates } from "./sold-rates.ts";

/** A rate that is or was on the price list. */
export type PastRate = ShownRate & { closedVersion: number | null; closedAt: Date | null };

export type ModelDetail = PricedModel &
  PricesShown & {
    /** Instant the rates were in force at. */
    asOf: Date;
    /** Version active then; null before the first. */
    catalogueVersion: number | null;
    policyVersion: number | null;
    aliases: readonly string[];
    sourceUrl: string | null;
    /** Its rates of all times, the newest first, at their sell price under today's rules and contract; at most 500. */
    history: PastRate[];
  };

/**
 * One offering as it was priced at an instant, by its id or an alias, with its history: at everybody's prices, or at a
 * customer's own under the contract that held then.
 *
 * What it answers for an instant is what Ratebook had active then: a later correction does not reach back.
 */
export async function getModel(
  { catalogue, ...ctx }: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor | null,
  input: { offering: string; at?: Date | undefined; customer?: string | undefined },
): Promise<Result<ModelDetail, OfferingNotFound | ResolveCustomerError>> {
  const asOf = input.at ?? ctx.clock();
  const own = await pricesFor({ ...ctx, catalogue }, actor, input.customer, asOf);
  if (!own.ok) return own;
  const contract = own.value;
  const offering = catalogue.resolve(input.offering);
  const info = offering === null ? null : catalogue.describe(offering);
  if (info === null) return err({ kind: "offering_not_found", offering: input.offering });
  const [priced, agreed, freshness, stored] = await Promise.all([
    catalogue.at(info.offering, asOf, null),
    contract === null ? null : catalogue.at(info.offering, asOf, contract),
    freshnessBySource(ctx),
    ctx.sql<StoredRate[]>`
      select ${rateColumns(ctx.sql)} from ratebook.rate where offering = ${info.offering}
      order by opened_version desc, meter, condition_key limit 500`,
  ]);
  const policy =
    contract === null ? catalogue.policy() : policyUnder(catalogue.policy(), contract.label, contract.terms);
  const ruleOf = (rate: StoredRate) => resolveMarkup(policy, info, rate.meter).rule;
  const everybodys = (rate: StoredRate) =>
    sellPrice(rate, resolveMarkup(catalogue.policy(), info, rate.meter).rule, "platform").perUnit;
  const standard = (priced?.offering.rates ?? []).map((rate) =>
    // The rule of then, not of today.
    shownRate(catalogue, rate, priced?.compiled.meters.get(rate.meter)?.markup.rule ?? ruleOf(rate)),
  );
  const terms =
    contract === null ? { rates: standard, priceLock: null } : soldRates(catalogue, contract, agreed, priced);
  const versions = agreed ?? priced;
  return ok({
    ...pricedModel(info, info, terms, freshness, ctx.clock()),
    ...pricesShown(contract),
    asOf,
    catalogueVersion: versions?.catalogueVersion ?? null,
    policyVersion: versions?.policyVersion ?? null,
    aliases: info.aliases,
    sourceUrl: info.sourceUrl,
    history: stored.map((rate) => ({
      ...shownRate(catalogue, rate, ruleOf(rate), { standard: everybodys(rate), volumeDiscount: null }),
      closedVersion: rate.closedVersion,
      closedAt: rate.closedAt,
    })),
  });
}
