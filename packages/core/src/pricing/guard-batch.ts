import { compareFractions } from "../money/fraction.ts";
import type { ComparableRate } from "./diff.ts";
import type { GuardInput } from "./guard.ts";
import type { DocumentFinding, GuardDecision } from "./guard-decision.ts";
import { name } from "./guard-rate.ts";
import type { GuardThresholds } from "./guard-thresholds.ts";

type Documents = Pick<
  GuardInput<ComparableRate, ComparableRate>,
  "before" | "offerings" | "lastOfferingCount" | "profile"
>;

/** Refuses a document that lost too many of the offerings the last one had: a wrong or cut page. */
export function judgeCount(
  { before, offerings, lastOfferingCount }: Documents,
  { offeringsShareMin }: GuardThresholds,
): DocumentFinding | null {
  const last = lastOfferingCount ?? countOfferings(before);
  if (offeringsShareMin === null || last === 0) return null;
  const share = { num: BigInt(offerings.length), den: BigInt(last) };
  if (compareFractions(share, offeringsShareMin) >= 0) return null;
  const sentence = `the document has ${offerings.length} offerings, the last one had ${last}; nothing of it is used`;
  return { rule: "document_count", effect: "refuse_document", sentence };
}

/** Notices that more offerings are missing than come and go on an ordinary day. */
export function judgeMissing(
  { profile, before }: Documents,
  { missingShareMax }: GuardThresholds,
  present: ReadonlySet<string>,
): DocumentFinding | null {
  const known = new Set(before.map(({ offering }) => offering));
  if (profile === "operator" || known.size === 0) return null;
  const missing = known.difference(present);
  const share = { num: BigInt(missing.size), den: BigInt(known.size) };
  if (compareFractions(share, missingShareMax) <= 0) return null;
  const sentence = `${missing.size} of ${known.size} offerings are missing from the document; they are served on`;
  return { rule: "missing_share", effect: "keep_missing", sentence };
}

/**
 * Holds every price change of a document that reprices too many offerings at once: a unit misread reprices all.
 *
 * Only changed prices count; new offerings come in hundreds on a first sync. A second source does not release a
 * batch, because it may have misread the same unit.
 */
export function holdBatch<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  { repricedAtOnceMax }: GuardThresholds,
): { decisions: readonly GuardDecision<B, A>[]; finding: DocumentFinding | null } {
  const repriced = new Set(
    decisions.flatMap(({ change }) =>
      change.kind === "changed" && change.repriced ? [change.after.offering] : [],
    ),
  );
  if (repricedAtOnceMax === null || repriced.size <= repricedAtOnceMax) return { decisions, finding: null };
  const sentence = `${repriced.size} offerings are repriced at once, more than ${repricedAtOnceMax}; the batch is held`;
  const held = decisions.map((decision) =>
    decision.action === "activate" && decision.change.kind === "changed" && decision.change.repriced
      ? { ...decision, action: "hold" as const, rule: "batch_size" as const, sentence, witness: null }
      : decision,
  );
  return { decisions: held, finding: { rule: "batch_size", effect: "hold_batch", sentence } };
}

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

const providerOf = (offering: string): string => offering.slice(0, offering.indexOf("/"));

const countOfferings = (rates: readonly ComparableRate[]): number =>
  new Set(rates.map(({ offering }) => offering)).size;
