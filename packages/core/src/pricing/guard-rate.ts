import { scaledToText } from "../money/decimal.ts";
import { compareFractions, type Fraction, multiplyFractions } from "../money/fraction.ts";
import { roundHalfEven } from "../money/rounding.ts";
import type { ComparableRate, RateChange } from "./diff.ts";
import type { GuardAction, GuardRule, Witness } from "./guard-decision.ts";
import { BIRTH_BOUNDS, CUSTOM_BIRTH_BOUND, type GuardThresholds } from "./guard-thresholds.ts";
import { perUnit, type UnitPrice } from "./markup.ts";
import { rateKey } from "./rate-key.ts";
import { listPerUnit } from "./sell-price.ts";

/** What a rule says against a change. */
export type Finding = { action: Exclude<GuardAction, "activate">; rule: GuardRule; sentence: string };

/**
 * Judges a new or changed rate by itself: is it a price, is it believable, how far is it from the last one.
 *
 * @param sinceChangeMs how long ago the rate last changed; null where that is not known
 * @returns the gravest finding, or null
 */
export function judgeRate(
  change: Exclude<RateChange, { kind: "removed" }>,
  thresholds: GuardThresholds,
  sinceChangeMs: number | null,
): Finding | null {
  const { after } = change;
  if (isNoPrice(after)) {
    const sentence = `${name(after)} has the price ${after.usd} and is not marked free; the last good rate stays`;
    return { action: "refuse", rule: "not_a_price", sentence };
  }
  return (
    judgeSize(after) ?? (change.kind === "changed" ? judgeRatio(change, thresholds, sinceChangeMs) : null)
  );
}

/** The witness whose price is close enough to a new one to release a hold, if there is one. */
export function confirmingWitness(
  after: ComparableRate,
  witnesses: readonly Witness[],
  { witnessWithin }: GuardThresholds,
): Witness | null {
  const price = listPerUnit(after);
  const allowed = multiplyFractions(price, witnessWithin);
  const close = witnesses.filter(
    (witness) => compareFractions(distance(listPerUnit(witness), price), allowed) <= 0,
  );
  // By name, so that the answer does not depend on the order the sources synced in.
  return close.sort((a, b) => (a.source < b.source ? -1 : 1))[0] ?? null;
}

/** A rate as a sentence names it. */
export const name = (rate: ComparableRate): string => `${rate.offering} ${rateKey(rate)}`;

/** A price as a sentence names it: "$0.15 per 1M", "$0.04 each". */
export const priceText = ({ usd, per }: { usd: string; per: bigint }): string =>
  per === 1n ? `$${usd} each` : `$${usd} per ${SHORT.get(per) ?? per}`;

const SHORT: ReadonlyMap<bigint, string> = new Map([
  [1_000n, "1k"],
  [1_000_000n, "1M"],
]);

/** A ratio for reading, to four places; decisions use the fraction itself. */
export const ratioText = (ratio: Fraction): string =>
  scaledToText(roundHalfEven({ num: ratio.num * 10_000n, den: ratio.den }), 4);

/** 0 without the explicit flag, or less: no money may be taken by it and none given away. */
const isNoPrice = (rate: ComparableRate): boolean => !rate.free && listPerUnit(rate).num <= 0n;

function judgeSize(rate: ComparableRate): Finding | null {
  const bound = boundOf(rate.meter);
  if (compareFractions(listPerUnit(rate), perUnit(bound)) <= 0) return null;
  const most = priceText({ usd: bound.usd, per: BigInt(bound.per) });
  const sentence = `${name(rate)} costs ${priceText(rate)}, more than any believable ${rate.meter} (${most})`;
  return { action: "quarantine", rule: "birth_bound", sentence };
}

function judgeRatio(
  change: Extract<RateChange, { kind: "changed" }>,
  { hold, quarantine, changeIntervalMinMs }: GuardThresholds,
  sinceChangeMs: number | null,
): Finding | null {
  if (!change.repriced) return null;
  const { before, after, ratio } = change;
  const moved = `${name(after)} went from ${priceText(before)} to ${priceText(after)}`;
  if (ratio === null) {
    return { action: "quarantine", rule: "ratio_quarantine", sentence: `${moved}: it was free until now` };
  }
  const times = `${moved}, ${ratioText(ratio)} times the old price`;
  if (isOutside(ratio, quarantine))
    return { action: "quarantine", rule: "ratio_quarantine", sentence: times };
  if (hold !== null && isOutside(ratio, hold)) return { action: "hold", rule: "ratio_hold", sentence: times };
  if (changeIntervalMinMs !== null && sinceChangeMs !== null && sinceChangeMs < changeIntervalMinMs) {
    const minutes = Math.floor(sinceChangeMs / 60_000);
    return {
      action: "hold",
      rule: "flicker",
      sentence: `${moved}, ${minutes} minutes after its last change`,
    };
  }
  return null;
}

const isOutside = (ratio: Fraction, band: { low: Fraction; high: Fraction }): boolean =>
  compareFractions(ratio, band.low) < 0 || compareFractions(ratio, band.high) > 0;

const BUILT_IN: ReadonlyMap<string, UnitPrice> = new Map(Object.entries(BIRTH_BOUNDS));
const boundOf = (meter: string): UnitPrice => BUILT_IN.get(meter) ?? CUSTOM_BIRTH_BOUND;

function distance(a: Fraction, b: Fraction): Fraction {
  const num = a.num * b.den - b.num * a.den;
  return { num: num < 0n ? -num : num, den: a.den * b.den };
}
