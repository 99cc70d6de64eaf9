import type { ComparableRate } from "./diff.ts";
import type { GuardDecision, Witness } from "./guard-decision.ts";
import { confirmingWitness, name, priceText } from "./guard-rate.ts";
import type { GuardThresholds } from "./guard-thresholds.ts";
import { rateKey } from "./rate-key.ts";
import { listPerUnit, reduce } from "./sell-price.ts";

/**
 * Holds new price points of an offering that now reads, point for point, as another offering of its provider did
 * before, where the document says that rows slipped: that other one has lost or changed a price, or some price of the
 * provider was stopped. A second source releases it.
 *
 * The price of one point says little, because siblings often cost the same; a whole row with points the offering never
 * had says more. An offering that is new as a whole often costs what a sibling costs, or takes the place of one that
 * was cut or is gone: it is held only where nobody of its provider costs that any more, and one that did states prices
 * instead that are all stopped.
 */
export function holdCopies<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  before: readonly B[],
  after: readonly A[],
  witnesses: ReadonlyMap<string, readonly Witness[]>,
  thresholds: GuardThresholds,
): readonly GuardDecision<B, A>[] {
  const slipped = new Set(
    decisions.flatMap(({ change }) =>
      change.kind === "removed" || (change.kind === "changed" && change.repriced) ? [offeringOf(change)] : [],
    ),
  );
  const stopped = stoppedOfferings(decisions);
  const unbelieved = unbelievedOfferings(decisions);
  const born = new Set(
    decisions.flatMap((decision) => (isBorn(decision) ? [offeringOf(decision.change)] : [])),
  );
  if (born.size === 0 || (slipped.size === 0 && stopped.size === 0)) return decisions;
  const known = Map.groupBy(before, ({ offering }) => offering);
  const providers = new Set([...born].map(providerOf));
  const rows = Map.groupBy(
    [...known].filter(([offering]) => providers.has(providerOf(offering))),
    ([offering, rates]) => rowOf(offering, rates),
  );
  const stated = Map.groupBy(after, ({ offering }) => offering);
  const siblingOf = (offering: string): string | undefined => {
    const others = (rows.get(rowOf(offering, stated.get(offering) ?? [])) ?? []).map(([other]) => other);
    if (!known.has(offering)) {
      const isLeft = others.every((other) => slipped.has(other));
      return isLeft ? others.find((other) => unbelieved.has(other)) : undefined;
    }
    const isSuspect = [...(stopped.get(providerOf(offering)) ?? [])].some((other) => other !== offering);
    return others.find((other) => isSuspect || slipped.has(other));
  };
  const siblings = new Map([...born].map((offering) => [offering, siblingOf(offering)]));
  return decisions.map((decision) => {
    const { change } = decision;
    const sibling = siblings.get(offeringOf(change));
    if (change.kind !== "added" || !isBorn(decision) || sibling === undefined) return decision;
    const witness = confirmingWitness(change.after, witnesses.get(decision.key) ?? [], thresholds);
    if (witness !== null) return { ...decision, witness: witness.source };
    const sentence = `${name(change.after)} is new at ${priceText(change.after)}: the offering reads as ${sibling} did before, while prices of ${providerOf(sibling)} move or were stopped`;
    return { ...decision, action: "hold", rule: "birth_copied", sentence };
  });
}

const isBorn = ({ change, action }: GuardDecision): boolean =>
  change.kind === "added" && action === "activate" && !change.after.free;

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

/** Offerings that state new prices of which none was let through. */
function unbelievedOfferings(decisions: readonly GuardDecision[]): Set<string> {
  const repriced = decisions.filter(({ change }) => change.kind === "changed" && change.repriced);
  const believed = new Set(
    repriced.flatMap(({ action, change }) => (action === "activate" ? [offeringOf(change)] : [])),
  );
  return new Set(repriced.map(({ change }) => offeringOf(change))).difference(believed);
}

/** All that is said of an offering's prices, under its provider's name and not its own. */
const rowOf = (offering: string, rates: readonly ComparableRate[]): string =>
  [providerOf(offering), ...rates.map(pricePoint).sort()].join("\n");

function pricePoint(rate: ComparableRate): string {
  const { num, den } = reduce(listPerUnit(rate));
  return `${rateKey(rate)} ${num}/${den}`;
}

const offeringOf = (change: GuardDecision["change"]): string =>
  (change.kind === "removed" ? change.before : change.after).offering;

const providerOf = (offering: string): string => offering.slice(0, offering.indexOf("/"));
