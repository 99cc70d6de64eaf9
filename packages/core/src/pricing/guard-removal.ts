import type { ComparableRate, RateChange } from "./diff.ts";
import type { GuardInput } from "./guard.ts";
import { type Finding, name } from "./guard-rate.ts";
import type { GuardThresholds } from "./guard-thresholds.ts";

/**
 * Judges a rate the new document no longer states. Models vanish from lists and come back within days, so a
 * missing rate is served on until it was missing often enough, its published date has come, or it ended by its
 * own dates.
 *
 * @param present the offerings the new document has
 * @returns null when the rate may be retired
 */
export function judgeRemoval(
  change: Extract<RateChange, { kind: "removed" }>,
  input: Pick<
    GuardInput<ComparableRate, ComparableRate>,
    "at" | "deprecations" | "missingSyncs" | "profile" | "unreadable"
  >,
  thresholds: GuardThresholds,
  present: ReadonlySet<string>,
): Finding | null {
  const { before, key } = change;
  const text = input.unreadable?.get(key);
  if (text !== undefined) {
    const sentence = `${name(before)} is now stated as ${JSON.stringify(text)}, no price; the last good rate stays`;
    return { action: "refuse", rule: "not_a_price", sentence };
  }
  // A rate whose own last day has come is over, whether or not the source still lists it.
  if (before.validUntil !== null && before.validUntil <= input.at) return null;
  if (input.profile === "operator") {
    if (present.has(before.offering)) return null;
    return {
      action: "hold",
      rule: "missing",
      sentence: `${name(before)} is not in this import and stays as it is`,
    };
  }
  const retiredOn = input.deprecations?.get(before.offering);
  const syncs = (input.missingSyncs?.get(key) ?? 0) + 1;
  if ((retiredOn !== undefined && retiredOn <= input.at) || syncs >= thresholds.missingSyncsMin) return null;
  const sentence = `${name(before)} is missing for the ${syncs}. sync of ${thresholds.missingSyncsMin}; it is served on`;
  return { action: "hold", rule: "missing", sentence };
}
