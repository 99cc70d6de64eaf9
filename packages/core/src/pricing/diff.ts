import type { Meter } from "../meter/meters.ts";
import { compareFractions, type Fraction } from "../money/fraction.ts";
import type { Conditions, PriceDocument } from "./price-document.ts";
import { offeringRateKey } from "./rate-key.ts";
import { listPerUnit, reduce } from "./sell-price.ts";

/** What two versions of a rate are compared by; a stored Rate and a rate of a document both have it. */
export type ComparableRate = {
  /** `provider/model`. */
  offering: string;
  meter: Meter;
  usd: string;
  per: bigint;
  when: Conditions;
  free: boolean;
  minimum: string | null;
  increment: string | null;
  included: string | null;
  ownCost: string | null;
  validFrom: Date | null;
  validUntil: Date | null;
};

/** A rate as a document states it, with its place there. */
export type StatedRate = ComparableRate & { where: string | null };

/** One difference between two sets of rates. `key` is the canonical text of offering, meter and conditions. */
export type RateChange<B extends ComparableRate = ComparableRate, A extends ComparableRate = ComparableRate> =
  | { kind: "added"; key: string; after: A }
  | {
      kind: "changed";
      key: string;
      before: B;
      after: A;
      /** New price of one unit ÷ old one, in lowest terms; null where the old one was 0. */
      ratio: Fraction | null;
      /** Whether the price itself changed, and not only other fields. */
      repriced: boolean;
    }
  | { kind: "removed"; key: string; before: B };

/** The differences of two sets of rates, sorted by key; `unchanged` counts the rest. */
export type RateDiff<B extends ComparableRate = ComparableRate, A extends ComparableRate = ComparableRate> = {
  changes: readonly RateChange<B, A>[];
  unchanged: number;
};

/** The rates a document states, in the form they are compared and stored in. */
export function statedRates(document: PriceDocument): StatedRate[] {
  return document.offerings.flatMap(({ provider, model, rates }) =>
    rates.map((rate) => ({
      offering: `${provider}/${model}`,
      meter: rate.meter,
      usd: rate.usd,
      per: BigInt(rate.per),
      when: rate.when,
      free: rate.free ?? false,
      minimum: rate.minimum ?? null,
      increment: rate.increment ?? null,
      included: rate.included ?? null,
      ownCost: rate.ownCost ?? null,
      validFrom: instant(rate.validFrom),
      validUntil: instant(rate.validUntil),
      where: rate.where ?? null,
    })),
  );
}

/** The differences of two documents of one source. */
export const diffDocuments = (
  before: PriceDocument,
  after: PriceDocument,
): RateDiff<StatedRate, StatedRate> => diffRates(statedRates(before), statedRates(after));

/**
 * The differences of two sets of rates by offering, meter and conditions.
 *
 * Prices are compared as exact numbers: 0.15 for 1,000,000 is 0.00015 for 1,000. Where a price point has
 * several rates (one now, one from a later date), those that start at the same instant belong together, then
 * the others in order of time.
 */
export function diffRates<B extends ComparableRate, A extends ComparableRate>(
  before: readonly B[],
  after: readonly A[],
): RateDiff<B, A> {
  const old = groupByKey(before);
  const changes: RateChange<B, A>[] = [];
  let unchanged = 0;
  for (const [key, rates] of groupByKey(after)) {
    for (const pair of pairUp(old.get(key) ?? [], rates)) {
      const change = compare(key, pair);
      if (change === null) unchanged++;
      else changes.push(change);
    }
    old.delete(key);
  }
  for (const [key, rates] of old)
    for (const rate of rates) changes.push({ kind: "removed", key, before: rate });
  changes.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  return { changes, unchanged };
}

/** Whether two rates of one price point say the same, whatever units they are written in. */
export const sameRate = (a: ComparableRate, b: ComparableRate): boolean => samePrice(a, b) && sameTerms(a, b);

type Pair<B, A> = { before?: B; after?: A };

function compare<B extends ComparableRate, A extends ComparableRate>(
  key: string,
  { before, after }: Pair<B, A>,
): RateChange<B, A> | null {
  if (after === undefined) return before === undefined ? null : { kind: "removed", key, before };
  if (before === undefined) return { kind: "added", key, after };
  const repriced = !samePrice(before, after);
  if (!repriced && sameTerms(before, after)) return null;
  return { kind: "changed", key, before, after, ratio: ratioOf(before, after), repriced };
}

function pairUp<B extends ComparableRate, A extends ComparableRate>(
  before: readonly B[],
  after: readonly A[],
): Pair<B, A>[] {
  if (before.length <= 1 && after.length <= 1) return [withoutAbsent(before[0], after[0])];
  const starts = new Set(after.map(startOf));
  const kept = new Map(
    before.filter((rate) => starts.has(startOf(rate))).map((rate) => [startOf(rate), rate]),
  );
  const loose = inOrderOfTime(before.filter((rate) => kept.get(startOf(rate)) !== rate));
  const pairs = inOrderOfTime(after).map((rate) =>
    withoutAbsent(kept.get(startOf(rate)) ?? loose.shift(), rate),
  );
  return [...pairs, ...loose.map((rate) => withoutAbsent<B, A>(rate, undefined))];
}

function withoutAbsent<B, A>(before: B | undefined, after: A | undefined): Pair<B, A> {
  return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

function groupByKey<T extends ComparableRate>(rates: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const rate of rates) {
    const key = offeringRateKey(rate);
    const group = groups.get(key);
    if (group) group.push(rate);
    else groups.set(key, [rate]);
  }
  return groups;
}

function ratioOf(before: ComparableRate, after: ComparableRate): Fraction | null {
  const old = listPerUnit(before);
  const next = listPerUnit(after);
  return old.num === 0n ? null : reduce({ num: next.num * old.den, den: next.den * old.num });
}

const samePrice = (a: ComparableRate, b: ComparableRate): boolean =>
  (a.usd === b.usd && a.per === b.per) || compareFractions(listPerUnit(a), listPerUnit(b)) === 0;

function sameTerms(a: ComparableRate, b: ComparableRate): boolean {
  // The own cost is stated for `per` units, so its text alone does not say what one unit costs.
  const cost = (rate: ComparableRate) =>
    rate.ownCost === null ? null : listPerUnit({ usd: rate.ownCost, per: rate.per });
  const [costA, costB] = [cost(a), cost(b)];
  const sameCost = costA === null || costB === null ? costA === costB : compareFractions(costA, costB) === 0;
  return (
    sameCost &&
    a.free === b.free &&
    sameDecimal(a.minimum, b.minimum) &&
    sameDecimal(a.increment, b.increment) &&
    sameDecimal(a.included, b.included) &&
    sameInstant(a.validFrom, b.validFrom) &&
    sameInstant(a.validUntil, b.validUntil)
  );
}

const sameDecimal = (a: string | null, b: string | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    compareFractions(listPerUnit({ usd: a, per: 1n }), listPerUnit({ usd: b, per: 1n })) === 0);

const sameInstant = (a: Date | null, b: Date | null): boolean => a?.getTime() === b?.getTime();

const startOf = (rate: ComparableRate): number => rate.validFrom?.getTime() ?? Number.NEGATIVE_INFINITY;

const inOrderOfTime = <T extends ComparableRate>(rates: readonly T[]): T[] =>
  rates.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));

const instant = (text: string | null | undefined): Date | null => (text == null ? null : new Date(text));
