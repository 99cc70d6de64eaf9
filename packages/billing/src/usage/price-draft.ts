import {
  applyVolume,
  type BillingMode,
  type Dimensions,
  err,
  type Modality,
  type Nanos,
  nanos,
  noPriceThen,
  ok,
  type Pools,
  type RatedUsage,
  type Result,
  rateUsage,
  type Unrated,
  unknownOffering,
  ZERO_NANOS,
} from "@ratebook/core";
import type { PinnedVersions, PricedOffering } from "../catalog/catalogue.ts";
import type { ContractVersion } from "../contracts/contract-version.ts";
import { emptyBook, monthOf, type VolumeBook } from "../contracts/volume-book.ts";
import type { Ctx } from "../ctx.ts";
import { dearestOffering } from "./dearest-offering.ts";
import { type StoredLine, storedLines, storedVolume } from "./stored-line.ts";

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
  /** Label of the contract it was priced under. */
  contract: string | null;
};

/** What decides a price. */
export type PriceQuestion = {
  /** Whose contract counts; null for the price everybody pays. */
  customerId: string | null;
  /** Priced under this one, whatever the customer has: for previews. */
  contract?: ContractVersion | null | undefined;
  /** How far the customer's month has come; default: not at all. */
  book?: VolumeBook | undefined;
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
  const found =
    pinned === null
      ? catalogue.at(offering, at, contractFor(catalogue, question))
      : catalogue.atVersion(offering, pinned, at);
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

const contractFor = (
  catalogue: Ctx["catalogue"],
  { customerId, contract, at }: Pick<PriceQuestion, "customerId" | "contract" | "at">,
) => {
  if (contract !== undefined) return contract;
  return customerId === null ? null : catalogue.contractAt(customerId, at);
};

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
  contract: null,
});

function priceWith(
  priced: PricedOffering | null,
  question: PriceQuestion,
  conservative: boolean,
): Result<PricedUsage, Unrated> {
  const { offering, pools, dimensions, billing, at } = question;
  if (priced === null) return err(noPriceThen(offering, at));
  const rated = rateUsage(priced.compiled, { pools, dimensions, billing, at });
  if (!rated.ok) return rated;
  const volume = volumeLines(priced, question, rated.value);
  return ok({
    offering: rated.value.offering,
    modality: priced.offering.modality,
    lines: [...storedLines(rated.value, conservative), ...volume],
    total: nanos(volume.reduce((sum, { amount }) => sum + BigInt(amount), BigInt(rated.value.total))),
    listCost: rated.value.upstream,
    ownCost: costOf(priced, question, rated.value),
    catalogueVersion: priced.catalogueVersion,
    policyVersion: priced.policyVersion,
    contract: priced.contract?.label ?? null,
  });
}

/** What the contract's volume discounts take off, from where the month stands. */
function volumeLines(priced: PricedOffering, question: PriceQuestion, rated: RatedUsage) {
  const { contract, offering } = priced;
  if (contract === null || contract.terms.discounts.length === 0) return [];
  const { customerId } = contract;
  const { pinned, book = emptyBook(), at } = question;
  const month = monthOf(at);
  const promised = pinned?.volume;
  const positionOf = (id: string) =>
    promised === undefined ? book.positionOf(customerId, id, month) : BigInt(promised[id] ?? 0);
  return applyVolume(rated, offering, contract.terms.discounts, positionOf).map((applied) => {
    book.add(customerId, applied.discount.id, month, applied.volume);
    return storedVolume(applied, month);
  });
}

/** Under a price lock the operator pays today's rates, not the locked ones. */
function costOf(
  { costs }: PricedOffering,
  { pools, dimensions, billing, at }: PriceQuestion,
  rated: RatedUsage,
): Nanos {
  if (costs === undefined) return rated.ownCost;
  const today = rateUsage(costs, { pools, dimensions, billing, at, unlisted: "allow" });
  return today.ok ? today.value.ownCost : rated.ownCost;
}
