import { compareFractions, type Fraction, multiplyFractions } from "../money/fraction.ts";
import type { ComparableRate } from "./diff.ts";
import { type Finding, priceText } from "./guard-rate.ts";
import { SHAPE_BOUNDS } from "./guard-thresholds.ts";
import { conditionsKey } from "./rate-key.ts";
import { listPerUnit } from "./sell-price.ts";

/**
 * Judges the text rates of one language offering together: columns read in the wrong order give rates that are
 * believable one by one.
 *
 * Rates are compared under the same conditions; a cache rate without an input rate of its own conditions is
 * compared with the unconditional one. Free rates say nothing.
 *
 * @param rates all rates of the offering that are, or would be, in force together
 * @returns the first finding, or null
 */
export function judgeShape(offering: string, rates: readonly ComparableRate[]): Finding | null {
  const priced = rates.filter((rate) => !rate.free && listPerUnit(rate).num > 0n);
  const byPoint = new Map(priced.map((rate) => [pointOf(rate.meter, conditionsKey(rate.when)), rate]));
  for (const rate of priced) {
    const conditions = conditionsKey(rate.when);
    const input = byPoint.get(pointOf("input_tokens", conditions));
    const anyInput = input ?? byPoint.get(pointOf("input_tokens", ""));
    const finding =
      (anyInput && judgeCache(offering, rate, anyInput)) ??
      (input && judgeOutput(offering, rate, input)) ??
      judgeBatch(offering, rate, byPoint);
    if (finding) return finding;
  }
  return null;
}

function judgeCache(offering: string, rate: ComparableRate, input: ComparableRate): Finding | undefined {
  const [price, base] = [listPerUnit(rate), listPerUnit(input)];
  if (rate.meter === "cache_read_tokens" && compareFractions(price, base) > 0) {
    return shape("shape_cache_read", offering, "reads its cache", rate, "more than input", input);
  }
  const writes = rate.meter === "cache_write_tokens" || rate.meter === "cache_write_1h_tokens";
  const most = multiplyFractions(base, SHAPE_BOUNDS.cacheWriteToInputMax);
  if (writes && compareFractions(price, most) > 0) {
    return shape("shape_cache_write", offering, "writes its cache", rate, "more than 2.1 times input", input);
  }
  return undefined;
}

function judgeOutput(offering: string, rate: ComparableRate, input: ComparableRate): Finding | undefined {
  if (rate.meter !== "output_tokens") return undefined;
  const times = (bound: Fraction) =>
    compareFractions(listPerUnit(rate), multiplyFractions(listPerUnit(input), bound));
  if (times(SHAPE_BOUNDS.outputToInputMax) > 0) {
    return shape("shape_output", offering, "sells output", rate, "more than 12 times input", input);
  }
  if (times(SHAPE_BOUNDS.outputToInputMin) < 0) {
    return shape("shape_output", offering, "sells output", rate, "less than half of input", input);
  }
  return undefined;
}

function judgeBatch(
  offering: string,
  rate: ComparableRate,
  byPoint: ReadonlyMap<string, ComparableRate>,
): Finding | undefined {
  if (rate.when.service_tier !== "batch") return undefined;
  const { service_tier: _, ...rest } = rate.when;
  const standard =
    byPoint.get(pointOf(rate.meter, conditionsKey({ ...rest, service_tier: "standard" }))) ??
    byPoint.get(pointOf(rate.meter, conditionsKey(rest)));
  if (standard === undefined || compareFractions(listPerUnit(rate), listPerUnit(standard)) <= 0)
    return undefined;
  return shape("shape_batch", offering, `sells ${rate.meter} in batch`, rate, "more than standard", standard);
}

function shape(
  rule: Finding["rule"],
  offering: string,
  does: string,
  rate: ComparableRate,
  relation: string,
  other: ComparableRate,
): Finding {
  const sentence = `${offering} ${does} at ${priceText(rate)}, ${relation} (${priceText(other)})`;
  return { action: "quarantine", rule, sentence };
}

const pointOf = (meter: string, conditions: string): string => `${meter} ${conditions}`;
