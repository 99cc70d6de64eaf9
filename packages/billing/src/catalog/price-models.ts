import { err, type Modality, ok, type RatedOffering, type Result, resolveMarkup } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { OfferingInfo, StoredOffering } from "./catalogue.ts";
import { type ShownRate, shownRate } from "./priced-rates.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";
import type { OfferingNotFound } from "./set-listed.ts";
import { readFreshness, type SourceFreshness } from "./sources.ts";
import { staleBecause } from "./staleness.ts";

type PriceCtx = Pick<Ctx, "sql" | "clock" | "catalogue">;

/** An offering on the price list. */
export type PricedModel = {
  offering: string;
  provider: string;
  model: string;
  name: string | null;
  modality: Modality;
  listed: boolean;
  source: string;
  /** When its prices were last checked at their origin; null where nothing says so. */
  checkedAt: Date | null;
  ageSeconds: number | null;
  /** Its prices were not confirmed for longer than its source's freshness allows. */
  stale: boolean;
  /** Why, in one sentence. */
  staleBecause: string | null;
  /** Set while its source no longer names it. */
  missingSince: Date | null;
  rates: ShownRate[];
};

export type PriceListInput = {
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

export type PriceList = {
  /** Instant the prices are in force at. */
  asOf: Date;
  catalogueVersion: number;
  policyVersion: number;
  items: PricedModel[];
  total: number;
  nextCursor: string | null;
};

/** The price list in id order, from the catalogue that quotes and debits use. */
export async function listModels({ catalogue, ...ctx }: PriceCtx, input: PriceListInput): Promise<PriceList> {
  const found = catalogue
    .all()
    .filter((offering) => isWanted(offering, catalogue.describe(offering.offering), input));
  const { cursor } = input;
  const from = cursor === undefined ? 0 : found.findIndex(({ offering }) => offering > cursor);
  const page = from < 0 ? [] : found.slice(from, from + input.limit);
  const freshness = await freshnessBySource(ctx);
  const asOf = ctx.clock();
  const policy = catalogue.policy();
  const last = page.at(-1);
  return {
    asOf,
    ...catalogue.current(),
    items: page.map((offering) =>
      pricedModel(
        offering,
        catalogue.describe(offering.offering),
        offering.rates.map((rate) =>
          shownRate(catalogue, rate, resolveMarkup(policy, offering, rate.meter).rule),
        ),
        freshness,
        asOf,
      ),
    ),
    total: found.length,
    nextCursor: last && last !== found.at(-1) ? last.offering : null,
  };
}

/** A rate that is or was on the price list. */
export type PastRate = ShownRate & { closedVersion: number | null; closedAt: Date | null };

export type ModelDetail = PricedModel & {
  /** Instant the rates were in force at. */
  asOf: Date;
  /** Version active then; null before the first. */
  catalogueVersion: number | null;
  policyVersion: number | null;
  aliases: readonly string[];
  sourceUrl: string | null;
  /** Its rates of all times, the newest first, at their sell price under today's rules; at most 500. */
  history: PastRate[];
};

/**
 * One offering as it was priced at an instant, by its id or an alias, with its history.
 *
 * What it answers for an instant is what Ratebook had active then: a later correction does not reach back.
 */
export async function getModel(
  { catalogue, ...ctx }: PriceCtx,
  input: { offering: string; at?: Date | undefined },
): Promise<Result<ModelDetail, OfferingNotFound>> {
  const offering = catalogue.resolve(input.offering);
  const info = offering === null ? null : catalogue.describe(offering);
  if (info === null) return err({ kind: "offering_not_found", offering: input.offering });
  const asOf = input.at ?? ctx.clock();
  const priced = await catalogue.at(info.offering, asOf);
  const [freshness, stored] = await Promise.all([
    freshnessBySource(ctx),
    ctx.sql<StoredRate[]>`
      select ${rateColumns(ctx.sql)} from ratebook.rate where offering = ${info.offering}
      order by opened_version desc, meter, condition_key limit 500`,
  ]);
  const byId = new Map(stored.map((rate) => [rate.rateId, rate]));
  const inForce = (priced?.offering.rates ?? []).flatMap(({ rateId }) => byId.get(rateId) ?? []);
  const ruleOf = (rate: StoredRate) => resolveMarkup(catalogue.policy(), info, rate.meter).rule;
  const rates = inForce.map((rate) =>
    // The rule of then, not of today.
    shownRate(catalogue, rate, priced?.compiled.meters.get(rate.meter)?.markup.rule ?? ruleOf(rate)),
  );
  return ok({
    ...pricedModel({ ...info, rates: inForce }, info, rates, freshness, ctx.clock()),
    asOf,
    catalogueVersion: priced?.catalogueVersion ?? null,
    policyVersion: priced?.policyVersion ?? null,
    aliases: info.aliases,
    sourceUrl: info.sourceUrl,
    history: stored.map((rate) => ({
      ...shownRate(catalogue, rate, ruleOf(rate)),
      closedVersion: rate.closedVersion,
      closedAt: rate.closedAt,
    })),
  });
}

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
  const offerings = catalogue.all().filter((offering) => isWanted(offering, null, { listed }));
  const count = <K extends "provider" | "modality">(key: K) =>
    [...Map.groupBy(offerings, (offering) => offering[key])]
      .map(([value, group]) => ({ value, count: group.length }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return {
    providers: count("provider").map(({ value, count }) => ({ provider: value, count })),
    modalities: count("modality").map(({ value, count }) => ({ modality: value, count })),
  };
}

/** How fresh each source is, by its name. */
export async function freshnessBySource(
  ctx: Pick<Ctx, "sql" | "clock">,
): Promise<ReadonlyMap<string, SourceFreshness>> {
  return new Map((await readFreshness(ctx)).map((source) => [source.source, source]));
}

function isWanted(
  offering: StoredOffering,
  info: OfferingInfo | null,
  { provider, modality, search, listed = true }: Omit<PriceListInput, "limit">,
): boolean {
  if (listed !== null && offering.listed !== listed) return false;
  // What nobody prices is no price; an operator looking at everything sees it all the same.
  if (listed !== null && offering.rates.length === 0) return false;
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

function pricedModel(
  offering: Omit<RatedOffering, "rates"> & { rates: readonly StoredRate[] },
  info: OfferingInfo | null,
  rates: ShownRate[],
  freshness: ReadonlyMap<string, SourceFreshness>,
  now: Date,
): PricedModel {
  const source = rates[0]?.source ?? info?.source ?? "";
  // What a source no longer names it does not confirm, however often it is read.
  const checkedAt = info?.checkedAt ?? info?.missingSince ?? freshness.get(source)?.checkedAt ?? null;
  const because = staleBecause(rates, info, freshness, now);
  return {
    offering: offering.offering,
    provider: offering.provider,
    model: offering.model,
    name: info?.name ?? null,
    modality: offering.modality,
    listed: offering.listed,
    source,
    checkedAt,
    ageSeconds:
      checkedAt === null ? null : Math.max(0, Math.floor((now.getTime() - checkedAt.getTime()) / 1000)),
    stale: because !== null,
    staleBecause: because,
    missingSince: info?.missingSince ?? null,
    rates,
  };
}
