import type { ComparableRate } from "./diff.ts";
import type { GuardDecision, Witness } from "./guard-decision.ts";
import { confirmingWitness, name, priceText } from "./guard-rate.ts";
import type { GuardThresholds } from "./guard-thresholds.ts";
import { offeringRateKey, rateKey } from "./rate-key.ts";
import { listPerUnit, reduce } from "./sell-price.ts";

/**
 * Holds new price points whose price another offering of the provider had at that point before, where the document
 * says that prices slipped from row to row: that other one has lost its price or states another, or some price of the
 * provider was stopped. For an offering that is new itself the others must have slipped as well: all its prices were
 * one other's, which now states those of a third. A second source releases it.
 *
 * A model that is renamed takes its prices along and leaves no row behind, and is not held.
 */
export function holdCopies<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  before: readonly B[],
  after: readonly A[],
  witnesses: ReadonlyMap<string, readonly Witness[]>,
  thresholds: GuardThresholds,
): readonly GuardDecision<B, A>[] {
  const slipped = new Set(
    decisions.flatMap(({ key, change }) =>
      change.kind === "removed" || (change.kind === "changed" && change.repriced) ? [key] : [],
    ),
  );
  const stopped = stoppedOfferings(decisions);
  const born = new Set(decisions.flatMap((decision) => (isBorn(decision) ? [providerIn(decision)] : [])));
  if (born.size === 0 || (slipped.size === 0 && stopped.size === 0)) return decisions;
  const known = Map.groupBy(before, ({ offering }) => offering);
  const stated = Map.groupBy(after, ({ offering }) => offering);
  const owners = Map.groupBy(
    before.filter(({ free, offering }) => !free && born.has(providerOf(offering))),
    pricePoint,
  );
  const hasSlipped = (rate: ComparableRate): boolean => slipped.has(offeringRateKey(rate));
  const siblingOf = (rate: ComparableRate): ComparableRate | undefined => {
    const others = (owners.get(pricePoint(rate)) ?? []).filter(({ offering }) => offering !== rate.offering);
    if (known.has(rate.offering)) {
      const stops = stopped.get(providerOf(rate.offering));
      const isSuspect = stops !== undefined && [...stops].some((offering) => offering !== rate.offering);
      return others.find((other) => isSuspect || hasSlipped(other));
    }
    const own = stated.get(rate.offering) ?? [];
    return others.find((other) => {
      if (!hasSlipped(other)) return false;
      const theirs = new Set((known.get(other.offering) ?? []).filter(hasSlipped).map(pricePoint));
      const now = stated.get(other.offering) ?? [];
      return own.every((each) => theirs.has(pricePoint(each))) && tookAnothers(now, owners);
    });
  };

  return decisions.map((decision) => {
    const { change } = decision;
    if (change.kind !== "added" || !isBorn(decision)) return decision;
    const sibling = siblingOf(change.after);
    if (sibling === undefined) return decision;
    const witness = confirmingWitness(change.after, witnesses.get(decision.key) ?? [], thresholds);
    if (witness !== null) return { ...decision, witness: witness.source };
    const sentence = `${name(change.after)} is new at ${priceText(change.after)}, the price that ${sibling.offering} had, while prices of ${providerOf(sibling.offering)} moved between its offerings`;
    return { ...decision, action: "hold", rule: "birth_copied", sentence };
  });
}

const providerIn = ({ change }: GuardDecision): string =>
  providerOf((change.kind === "removed" ? change.before : change.after).offering);

const isBorn = ({ change, action }: GuardDecision): boolean =>
  change.kind === "added" && action === "activate" && !change.after.free;

/** Whether all an offering states now is what one other offering stated before. */
function tookAnothers(
  now: readonly ComparableRate[],
  owners: ReadonlyMap<string, readonly ComparableRate[]>,
): boolean {
  const [first, ...rest] = now.map(
    (rate) =>
      new Set(
        (owners.get(pricePoint(rate)) ?? [])
          .map(({ offering }) => offering)
          .filter((offering) => offering !== rate.offering),
      ),
  );
  return first !== undefined && rest.reduce((all, some) => all.intersection(some), first).size > 0;
}

/** Which offerings of a provider have a price that was stopped. */
function stoppedOfferings(decisions: readonly GuardDecision[]): Map<string, Set<string>> {
  const stopped = new Map<string, Set<string>>();
  for (const { change, action } of decisions) {
    if (action === "activate" || change.kind === "removed") continue;
    const { offering } = change.after;
    const offerings = stopped.get(providerOf(offering)) ?? new Set();
    stopped.set(providerOf(offering), offerings.add(offering));
  }
  return stopped;
}

/** The provider, the meter with its conditions, and the price of one unit. */
function pricePoint(rate: ComparableRate): string {
  const { num, den } = reduce(listPerUnit(rate));
  return `${providerOf(rate.offering)} ${rateKey(rate)} ${num}/${den}`;
}

const providerOf = (offering: string): string => offering.slice(0, offering.indexOf("/"));
