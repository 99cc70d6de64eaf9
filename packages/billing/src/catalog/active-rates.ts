import {
  type ComparableRate,
  decideAuthority,
  perUnit,
  roundUp,
  sameRate,
  toDecimalText,
} from "@ratebook/core";
import { meterKey, NO_RULES, OVERRIDE_SOURCE, ownCostKey, type PricingRules } from "./pricing-rules.ts";
import { type Claim, claimKey } from "./rate-rows.ts";

/** A rate in force now, as far as it is compared with what should be. */
export type ActiveRate = ComparableRate & { rateId: string; source: string };

/** What makes the active rates what the claims say. */
export type Reconciliation = { opened: Claim[]; closed: ActiveRate[]; changed: number };

/**
 * The active rates that follow from the sources' last good words and the operator's decisions about them: for each meter
 * of an offering those of its most authoritative source, or those of its override alone.
 *
 * A pure function of the set of claims, so the order in which sources were read leaves no trace. A rate that stays
 * the same price of the same source is left alone.
 */
export function reconcileRates(
  claims: readonly Claim[],
  active: readonly ActiveRate[],
  rules: PricingRules = NO_RULES,
): Reconciliation {
  const current = new Map(active.map((rate) => [claimKey(rate), rate]));
  const opened: Claim[] = [];
  const closed: ActiveRate[] = [];
  let changed = 0;
  for (const claim of decidingClaims(claims, rules)) {
    const key = claimKey(claim);
    const rate = current.get(key);
    current.delete(key);
    if (rate !== undefined && rate.source === claim.source && sameRate(rate, claim)) continue;
    opened.push(claim);
    if (rate === undefined) continue;
    closed.push(rate);
    changed++;
  }
  closed.push(...current.values());
  return { opened, closed, changed };
}

/** The claims that are to be served, with the operator's own cost beside the list price where one is set. */
export function decidingClaims(claims: readonly Claim[], rules: PricingRules): Claim[] {
  const heard = claims.filter(
    (claim) =>
      !rules.retired.has(claim.offering) &&
      (claim.source === OVERRIDE_SOURCE) === rules.overridden.has(meterKey(claim)),
  );
  return decideAuthority(heard, rules.orders).deciding.map((claim) => {
    const cost = rules.ownCosts.get(ownCostKey(claim));
    return cost === undefined ? claim : { ...claim, ownCost: costFor(cost, claim.per) };
  });
}

/** An own cost in the unit of the rate it stands beside; to 18 places, upwards, so that no margin is made up. */
function costFor(cost: { usd: string; per: bigint }, per: bigint): string {
  const { num, den } = perUnit({ usd: cost.usd, per: Number(cost.per) });
  const scale = 10n ** 18n;
  return toDecimalText({ num: roundUp({ num: num * per * scale, den }), den: scale }, 18);
}
