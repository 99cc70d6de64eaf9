import { parseDecimal } from "../money/decimal.ts";
import { compareFractions } from "../money/fraction.ts";
import type { ComparableRate, RateChange } from "./diff.ts";
import type { GuardDecision, Witness } from "./guard-decision.ts";
import { confirmingWitness, name, priceText } from "./guard-rate.ts";
import type { GuardThresholds } from "./guard-thresholds.ts";
import { rateKey } from "./rate-key.ts";
import { listPerUnit } from "./sell-price.ts";

/**
 * Quarantines the new prices that come with unbelievable ones: the others of the same offering, and those of the
 * whole provider where several of its offerings are born beyond their bounds. A unit misread takes all rows of a
 * provider, and the cheap ones stay under every bound even a thousand times too dear.
 */
export function quarantineWrongUnits<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  { wrongUnitOfferingsMin }: GuardThresholds,
): readonly GuardDecision<B, A>[] {
  const unbelievable = new Set(
    decisions.flatMap(({ change, action, rule }) =>
      change.kind === "added" && rule === "birth_bound" && action === "quarantine"
        ? [change.after.offering]
        : [],
    ),
  );
  if (unbelievable.size === 0) return decisions;
  const providers = new Map<string, number>();
  for (const offering of unbelievable) {
    providers.set(providerOf(offering), (providers.get(providerOf(offering)) ?? 0) + 1);
  }
  return decisions.map((decision) => {
    const { change, action } = decision;
    if (change.kind !== "added" || change.after.free || (action !== "activate" && action !== "hold"))
      return decision;
    const { offering } = change.after;
    const others = providers.get(providerOf(offering)) ?? 0;
    if (!unbelievable.has(offering) && others < wrongUnitOfferingsMin) return decision;
    const sentence = unbelievable.has(offering)
      ? `${name(change.after)} is new beside another price of ${offering} that is beyond belief`
      : `${name(change.after)} is new beside ${others} offerings of ${providerOf(offering)} with prices beyond belief`;
    return { ...decision, action: "quarantine", rule: "birth_unit", sentence, witness: null };
  });
}

/** The provider of `provider/model`. */
const providerOf = (offering: string): string => offering.slice(0, offering.indexOf("/"));

/**
 * Stops new price points of offerings that are known already, where what happens beside them says that they are other
 * points' prices: a price that left one point and stands in another, a price of 0 where the model costs money, any new
 * price of an offering that is repriced or loses a price in the same document, and one whose column (the same point of the
 * provider's other offerings) was stopped. The last two wait for a second source or a person.
 *
 * No ratio sees a new price point; a column or a row that slipped by one makes them.
 */
export function judgeNewPoints<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  before: readonly ComparableRate[],
  witnesses: ReadonlyMap<string, readonly Witness[]>,
  thresholds: GuardThresholds,
): readonly GuardDecision<B, A>[] {
  const known = Map.groupBy(before, ({ offering }) => offering);
  const beside = Map.groupBy(decisions, ({ change }) =>
    change.kind === "removed" ? change.before.offering : change.after.offering,
  );
  const stopped = stoppedColumns(decisions);
  return decisions.map((decision) => {
    const { change, action } = decision;
    if (change.kind !== "added" || action !== "activate") return decision;
    const { after } = change;
    const rates = known.get(after.offering);
    if (rates === undefined) return decision;
    const others = beside.get(after.offering) ?? [];
    if (after.free && !rates.some(({ free }) => free)) {
      const sentence = `${name(after)} is new and free, and nothing of ${after.offering} was free until now`;
      return { ...decision, action: "quarantine", rule: "birth_free", sentence };
    }
    const left = others.find(
      (other) => other.change.kind === "removed" && isSame(other.change.before, after),
    );
    if (left?.change.kind === "removed") {
      const sentence = `${name(after)} is new at ${priceText(after)}, the price that ${name(left.change.before)} had, which is gone`;
      return { ...decision, action: "quarantine", rule: "birth_moved", sentence };
    }
    const column = stopped.get(columnOf(after))?.size ?? 0;
    if (column < thresholds.columnOfferingsMin && !others.some((other) => isDisturbed(other.change)))
      return decision;
    const witness = confirmingWitness(after, witnesses.get(decision.key) ?? [], thresholds);
    if (witness !== null) return { ...decision, witness: witness.source };
    const sentence =
      column < thresholds.columnOfferingsMin
        ? `${name(after)} is new at ${priceText(after)} while others of ${after.offering} change or are gone`
        : `${name(after)} is new at ${priceText(after)} while this price of ${column} other offerings was stopped`;
    return { ...decision, action: "hold", rule: "birth_beside", sentence };
  });
}

/** Which offerings had a price stopped, by provider, meter and conditions: a column of the provider's table. */
function stoppedColumns(decisions: readonly GuardDecision[]): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  for (const { change, action } of decisions) {
    if (change.kind === "removed" || action === "activate") continue;
    const column = columns.get(columnOf(change.after)) ?? new Set();
    columns.set(columnOf(change.after), column.add(change.after.offering));
  }
  return columns;
}

const columnOf = (rate: ComparableRate): string => `${providerOf(rate.offering)} ${rateKey(rate)}`;

const isDisturbed = (change: RateChange): boolean =>
  change.kind === "removed" || (change.kind === "changed" && change.repriced);

/** The same price of one unit, or the same printed amount: a number under another heading is counted otherwise. */
const isSame = (a: ComparableRate, b: ComparableRate): boolean =>
  a.free === b.free &&
  (compareFractions(listPerUnit(a), listPerUnit(b)) === 0 ||
    compareFractions(parseDecimal(a.usd), parseDecimal(b.usd)) === 0);
