import { type Modality, ok, type Result, resolveMarkup } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { ContractVersion } from "../contracts/contract-version.ts";
import { type PricesShown, pricesFor, pricesShown } from "../contracts/prices-for.ts";
import type { Ctx } from "../ctx.ts";
import type { OfferingInfo, StoredOffering } from "./catalogue.ts";
import { freshnessBySource, type PricedModel, pricedModel } from "./priced-model.ts";
import { shownRate } from "./priced-rates.ts";
import { type SoldRates, soldRates } from "./sold-rates.ts";

type PriceCtx = Pick<Ctx, "sql" | "clock" | "catalogue">;

export type PriceListInput = {
  /** Whose prices; operators and services only. */
  customer?: string | undefined;
  provider?: string | undefined;
  modality?: Modality | undefined;
  /** Words that must all occur in the id, the name or an alias. */
  search?: string | undefined;
  /** Null for both; default only what is sold. */
  listed?: boolean | null | undefined;
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
};

export type PriceList = PricesShown & {
  /** Instant the prices are in force at. */
  asOf: Date;
  catalogueVersion: number;
  policyVersion: number;
  items: PricedModel[];
  total: number;
  nextCursor: string | null;
};

/**
 * The price list in id order, from the catalogue that quotes and debits use: everybody's prices, or a customer's own where
 * `pricesFor` gives its contract.
 *
 * What a price lock keeps sold to the customer is on its list, also where nobody prices it any more.
 */
export async function listModels(
  { catalogue, ...ctx }: PriceCtx,
  actor: Actor | null,
  input: PriceListInput,
): Promise<Result<PriceList, ResolveCustomerError>> {
  const asOf = ctx.clock();
  const own = await pricesFor({ ...ctx, catalogue }, actor, input.customer, asOf);
  if (!own.ok) return own;
  const contract = own.value;
  const wanted = catalogue
    .all()
    .filter((offering) => isWanted(offering, catalogue.describe(offering.offering), input));
  const found = await sold(catalogue, wanted, contract, asOf, input);
  const { cursor } = input;
  const from = cursor === undefined ? 0 : found.findIndex(({ offering }) => offering > cursor);
  const page = from < 0 ? [] : found.slice(from, from + input.limit);
  const freshness = await freshnessBySource(ctx);
  const policy = catalogue.policy();
  const last = page.at(-1);
  const items = page.map(async (offering) => {
    const info = catalogue.describe(offering.offering);
    if (contract !== null) {
      const terms = await ownRates(catalogue, offering.offering, contract, asOf);
      return pricedModel(offering, info, terms, freshness, asOf);
    }
    const rates = offering.rates.map((rate) =>
      shownRate(catalogue, rate, resolveMarkup(policy, offering, rate.meter).rule),
    );
    return pricedModel(offering, info, { rates, priceLock: null }, freshness, asOf);
  });
  return ok({
    asOf,
    ...pricesShown(contract),
    ...catalogue.current(),
    items: await Promise.all(items),
    total: found.length,
    nextCursor: last && last !== found.at(-1) ? last.offering : null,
  });
}

/** Leaves out what has no price. An operator looking at everything sees it all the same. */
async function sold(
  catalogue: Ctx["catalogue"],
  offerings: readonly StoredOffering[],
  contract: ContractVersion | null,
  at: Date,
  { listed = true }: Pick<PriceListInput, "listed">,
): Promise<readonly StoredOffering[]> {
  if (listed === null) return offerings;
  if (contract === null || contract.lock === null) return offerings.filter(({ rates }) => rates.length > 0);
  const priced = await Promise.all(
    offerings.map(async ({ offering, rates }) => {
      if (rates.length > 0) return true;
      const locked = await catalogue.at(offering, at, contract);
      return locked !== null && locked.offering.rates.length > 0;
    }),
  );
  return offerings.filter((_, index) => priced[index]);
}

const ownRates = async (
  catalogue: Ctx["catalogue"],
  offering: string,
  contract: ContractVersion,
  at: Date,
): Promise<SoldRates> =>
  soldRates(
    catalogue,
    contract,
    await catalogue.at(offering, at, contract),
    await catalogue.at(offering, at, null),
  );

/** How many offerings there are by provider and by modality, the most first. */
export type PriceFacets = {
  providers: { provider: string; count: number }[];
  modalities: { modality: Modality; count: number }[];
};

/** Counts the price list by provider and modality. */
export function priceFacets(
  { catalogue }: Pick<Ctx, "catalogue">,
  { listed = true }: Pick<PriceListInput, "listed">,
): PriceFacets {
  const offerings = catalogue
    .all()
    .filter(
      (offering) => isWanted(offering, null, { listed }) && (listed === null || offering.rates.length > 0),
    );
  const count = <K extends "provider" | "modality">(key: K) =>
    [...Map.groupBy(offerings, (offering) => offering[key])]
      .map(([value, group]) => ({ value, count: group.length }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    providers: count("provider").map(({ value, count }) => ({ provider: value, count })),
    modalities: count("modality").map(({ value, count }) => ({ modality: value, count })),
  };
}

function isWanted(
  offering: StoredOffering,
  info: OfferingInfo | null,
  { provider, modality, search, listed = true }: Omit<PriceListInput, "limit">,
): boolean {
  if (listed !== null && offering.listed !== listed) return false;
  if (provider !== undefined && offering.provider !== provider) return false;
  if (modality !== undefined && offering.modality !== modality) return false;
  if (search === undefined || search.trim() === "") return true;
  const text = [offering.offering, info?.name ?? "", ...(info?.aliases ?? [])].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
