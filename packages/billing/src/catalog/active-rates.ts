import { type ComparableRate, decideAuthority, sameRate } from "@ratebook/core";
import { type Claim, claimKey } from "./rate-rows.ts";

/** A rate in force now, as far as it is compared with what should be. */
export type ActiveRate = ComparableRate & { rateId: string; source: string };

/** What makes the active rates what the claims say. */
export type Reconciliation = { opened: Claim[]; closed: ActiveRate[]; changed: number };

/**
 * The active rates that follow from the sources' last good words: for each meter of an offering those of its most
 * authoritative source.
 *
 * A pure function of the set of claims, so the order in which sources were read leaves no trace. A rate that stays
 * the same price of the same source is left alone.
 */
export function reconcileRates(claims: readonly Claim[], active: readonly ActiveRate[]): Reconciliation {
  const current = new Map(active.map((rate) => [claimKey(rate), rate]));
  const opened: Claim[] = [];
  const closed: ActiveRate[] = [];
  let changed = 0;
  for (const claim of decideAuthority(claims).deciding) {
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
