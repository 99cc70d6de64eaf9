import {
  type BillingMode,
  type Dimensions,
  err,
  type Modality,
  type Nanos,
  ok,
  type Pools,
  type Result,
  rateUsage,
  type Unrated,
  unknownOffering,
  ZERO_NANOS,
} from "@ratebook/core";
import type { PinnedVersions, PricedOffering } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";
import { dearestOffering } from "./dearest-offering.ts";
import { type StoredLine, storedLines } from "./stored-line.ts";

/** An event with its price. */
export type PricedUsage = {
  /** The offering's id; null where no price list was asked. */
  offering: string | null;
  modality: Modality | null;
  lines: readonly StoredLine[];
  /** What is due. */
  total: Nanos;
  listCost: Nanos;
  ownCost: Nanos | null;
  catalogueVersion: number | null;
  policyVersion: number | null;
};

/** What decides a price. */
export type PriceQuestion = {
  /** As the caller named it. */
  offering: string;
  pools: Pools;
  dimensions: Dimensions;
  billing: BillingMode;
  at: Date;
  /** Versions a quote or a hold fixed; else the ones active at the instant. */
  pinned: PinnedVersions | null;
};

/**
 * Prices an event with the catalogue in memory. Gives a promise only where rates of long ago have to be fetched, so
 * that a batch costs no turn of the event loop for each event.
 */
export function priceUsage(
  ctx: Pick<Ctx, "catalogue">,
  question: PriceQuestion,
): Result<PricedUsage, Unrated> | Promise<Result<PricedUsage, Unrated>> {
  const { catalogue } = ctx;
  const offering = catalogue.resolve(question.offering);
  if (offering === null) return err(unknownOffering(question.offering));
  const { pinned, at } = question;
  const found = pinned === null ? catalogue.at(offering, at) : catalogue.atVersion(offering, pinned, at);
  return found instanceof Promise
    ? found.then((priced) => priceWith(priced, question, false))
    : priceWith(found, question, false);
}

/**
 * Prices an event that has no price of its own at the dearest active rate its provider has for each meter; still
 * unrated where the provider has none.
 */
export async function priceConservatively(
  ctx: Pick<Ctx, "catalogue">,
  question: PriceQuestion,
): Promise<Result<PricedUsage, Unrated>> {
  return priceWith(await dearestOffering(ctx, question), question, true);
}

/** What is due where no price list decides: one line, or none. */
export const unlistedPrice = (lines: readonly StoredLine[], total: Nanos): PricedUsage => ({
  offering: null,
  modality: null,
  lines,
  total,
  listCost: ZERO_NANOS,
  ownCost: null,
  catalogueVersion: null,
  policyVersion: null,
});

function priceWith(
  priced: PricedOffering | null,
  { offering, pools, dimensions, billing, at }: PriceQuestion,
  conservative: boolean,
): Result<PricedUsage, Unrated> {
  if (priced === null) return err(unknownOffering(offering));
  const rated = rateUsage(priced.compiled, { pools, dimensions, billing, at });
  if (!rated.ok) return rated;
  return ok({
    offering: rated.value.offering,
    modality: priced.offering.modality,
    lines: storedLines(rated.value, conservative),
    total: rated.value.total,
    listCost: rated.value.upstream,
    ownCost: rated.value.ownCost,
    catalogueVersion: priced.catalogueVersion,
    policyVersion: priced.policyVersion,
  });
}
