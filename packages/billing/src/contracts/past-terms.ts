import {
  applyVolume,
  type MarkupPolicy,
  type Nanos,
  nanos,
  policyUnder,
  type RatedOffering,
  type RatedUsage,
} from "@ratebook/core";
import type { StoredLine } from "../usage/stored-line.ts";
import type { ContractVersion } from "./contract-version.ts";

/** Puts events' contracts before a policy; the same two always give the same object, so compiled prices are kept. */
export function policiesUnderContracts(): (
  policy: MarkupPolicy,
  contract: ContractVersion | null,
) => MarkupPolicy {
  const known = new Map<MarkupPolicy, Map<string, MarkupPolicy>>();
  return (policy, contract) => {
    if (contract === null) return policy;
    const byContract = known.get(policy) ?? new Map<string, MarkupPolicy>();
    known.set(policy, byContract);
    const kept = byContract.get(contract.label) ?? policyUnder(policy, contract.label, contract.terms);
    byContract.set(contract.label, kept);
    return kept;
  };
}

/**
 * What a past event comes to when it is priced once more: its contract's volume discounts at the place in the month that
 * its receipt names, so that pricing an event again never moves the others.
 */
export function totalAtItsPlace(
  rated: RatedUsage,
  offering: RatedOffering,
  contract: ContractVersion | null,
  lines: readonly StoredLine[],
): Nanos {
  if (contract === null) return rated.total;
  const places = new Map<string, bigint>();
  for (const line of lines) {
    // A day of infrastructure has a line for each of its prices; it began at the first.
    if (line.kind === "volume" && !places.has(line.discount)) {
      places.set(line.discount, BigInt(line.position));
    }
  }
  // A discount the event did not have then is none of its price now.
  const discounts = contract.terms.discounts.filter(({ id }) => places.has(id));
  const taken = applyVolume(rated, offering, discounts, (id) => places.get(id) ?? 0n);
  return nanos(taken.reduce((sum, { amount }) => sum - amount, rated.total as bigint));
}
