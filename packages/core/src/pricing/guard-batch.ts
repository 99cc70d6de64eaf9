import { compareFractions } from "../money/fraction.ts";
import type { ComparableRate } from "./diff.ts";
import type { GuardInput } from "./guard.ts";
import type { DocumentFinding, GuardDecision } from "./guard-decision.ts";
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
 * Holds everything else a document changes where a good part of its known offerings have a price that was stopped:
 * columns or rows that slipped by one give some prices nobody believes, and beside them some that look all right.
 */
export function holdDrift<B extends ComparableRate, A extends ComparableRate>(
  decisions: readonly GuardDecision<B, A>[],
  { before, offerings, profile }: Pick<Documents, "before" | "offerings" | "profile">,
  { driftShareMin, driftOfferingsMin }: GuardThresholds,
): { decisions: readonly GuardDecision<B, A>[]; finding: DocumentFinding | null } {
  const known = new Set(before.map(({ offering }) => offering));
  const compared = offerings.filter(({ offering }) => known.has(offering)).length;
  const stopped = new Set(
    decisions.flatMap(({ change, action }) =>
      change.kind !== "removed" && action !== "activate" && known.has(change.after.offering)
        ? [change.after.offering]
        : [],
    ),
  );
  const share = { num: BigInt(stopped.size), den: BigInt(Math.max(1, compared)) };
  if (
    profile === "operator" ||
    stopped.size < driftOfferingsMin ||
    compareFractions(share, driftShareMin) < 0
  ) {
    return { decisions, finding: null };
  }
  const sentence = `${stopped.size} of ${compared} known offerings have a price that was stopped; the whole document is held`;
  const held = decisions.map((decision) =>
    decision.action === "activate" && decision.change.kind !== "removed"
      ? { ...decision, action: "hold" as const, rule: "drift" as const, sentence, witness: null }
      : decision,
  );
  return { decisions: held, finding: { rule: "drift", effect: "hold_batch", sentence } };
}

const countOfferings = (rates: readonly ComparableRate[]): number =>
  new Set(rates.map(({ offering }) => offering)).size;
