import type { Modality } from "../meter/meters.ts";
import { type ComparableRate, diffRates, type RateChange } from "./diff.ts";
import { isInForce } from "./effective.ts";
import { holdBatch, holdDrift, judgeCount, judgeMissing } from "./guard-batch.ts";
import { judgeNewPoints, quarantineWrongUnits } from "./guard-births.ts";
import { holdCopies } from "./guard-copies.ts";
import type { DocumentFinding, GuardDecision, GuardProfile, Witness } from "./guard-decision.ts";
import { confirmingWitness, type Finding, judgeRate, name, priceText } from "./guard-rate.ts";
import { judgeRemoval } from "./guard-removal.ts";
import { judgeShape } from "./guard-shape.ts";
import { GUARD_THRESHOLDS } from "./guard-thresholds.ts";

/** What the guard looks at. Keys are offeringRateKey's. */
export type GuardInput<B extends ComparableRate, A extends ComparableRate> = {
  profile: GuardProfile;
  /** Rates now active from this source. */
  before: readonly B[];
  /** Rates the new document states. */
  after: readonly A[];
  /** Offerings of the new document, those without any rate included. */
  offerings: readonly { offering: string; modality: Modality }[];
  /** Offerings of the source's last good document; default: those of `before`. */
  lastOfferingCount?: number;
  at: Date;
  /** What other sources say of the same price points. */
  witnesses?: readonly Witness[];
  /** When a rate last changed. */
  lastChangedAt?: ReadonlyMap<string, Date>;
  /** Syncs in a row, before this one, in which a rate was missing. */
  missingSyncs?: ReadonlyMap<string, number>;
  /** By offering: the published date after which it is no longer sold upstream. */
  deprecations?: ReadonlyMap<string, Date>;
  /** Price points the source stated unreadably ("-1", null, "call us"), by key: what stood there. */
  unreadable?: ReadonlyMap<string, string>;
  /** Rows of the operator's own document the operator accepted by name. */
  accepted?: ReadonlySet<string>;
};

/** The guard's report on a document. */
export type GuardReport<B extends ComparableRate, A extends ComparableRate> = {
  /** True when the document is refused as a whole; then there are no decisions. */
  refused: boolean;
  findings: readonly DocumentFinding[];
  /** One for each change, sorted by key. */
  decisions: readonly GuardDecision<B, A>[];
  unchanged: number;
};

/**
 * Judges what a document would change, rule by rule; see guard-thresholds for the numbers.
 *
 * Pure: the same input gives the same report, and nothing depends on the order of rates, witnesses or syncs.
 * Offerings that are missing keep their rates until they were missing often enough or their published date has
 * come. An operator's own import never retires an offering it does not mention, and its tripped bounds are
 * quarantined until `accepted` names the row.
 */
export function guardDocument<B extends ComparableRate, A extends ComparableRate>(
  input: GuardInput<B, A>,
): GuardReport<B, A> {
  const thresholds = GUARD_THRESHOLDS[input.profile];
  const diff = diffRates(input.before, input.after);
  const refusal = judgeCount(input, thresholds);
  if (refusal !== null) {
    return { refused: true, findings: [refusal], decisions: [], unchanged: diff.unchanged };
  }
  const shapes = judgeShapes(input, diff.changes);
  const present = new Set(input.offerings.map(({ offering }) => offering));
  const witnesses = Map.groupBy(input.witnesses ?? [], ({ key }) => key);
  const decided = diff.changes.map((change): GuardDecision<B, A> => {
    if (change.kind === "removed") {
      return decide(change, judgeRemoval(change, input, thresholds, present), null);
    }
    const own = judgeRate(change, thresholds, sinceChange(change.key, input));
    const finding = gravest(own, shapes.get(change.after.offering) ?? null);
    if (finding?.action === "hold") {
      const witness = confirmingWitness(change.after, witnesses.get(change.key) ?? [], thresholds);
      if (witness !== null) return decide(change, { ...finding, action: "activate" }, witness.source);
    }
    if (finding?.action === "quarantine" && input.profile === "operator" && input.accepted?.has(change.key)) {
      return decide(change, { ...finding, action: "activate" }, null);
    }
    return decide(change, finding, null);
  });
  const births = judgeNewPoints(
    quarantineWrongUnits(decided, thresholds),
    input.profile === "operator" ? [] : input.before,
    witnesses,
    thresholds,
  );
  const copies =
    input.profile === "operator"
      ? births
      : holdCopies(births, input.before, input.after, witnesses, thresholds);
  const drift = holdDrift(copies, input, thresholds);
  const batch = holdBatch(drift.decisions, thresholds);
  const { decisions } = batch;
  const findings = [judgeMissing(input, thresholds, present), drift.finding, batch.finding].filter(
    (found) => found !== null,
  );
  return { refused: false, findings, decisions, unchanged: diff.unchanged };
}

function decide<B extends ComparableRate, A extends ComparableRate>(
  change: RateChange<B, A>,
  finding: (Omit<Finding, "action"> & { action: GuardDecision["action"] }) | null,
  witness: string | null,
): GuardDecision<B, A> {
  const confirmed = witness === null ? "" : `; ${witness} confirms it`;
  return {
    key: change.key,
    action: finding?.action ?? "activate",
    rule: finding?.rule ?? null,
    change,
    ratio: change.kind === "changed" ? change.ratio : null,
    sentence: finding === null ? describe(change) : finding.sentence + confirmed,
    witness,
  };
}

function describe(change: RateChange): string {
  if (change.kind === "added") return `${name(change.after)} is new at ${priceText(change.after)}`;
  if (change.kind === "removed") return `${name(change.before)} is no longer stated`;
  return `${name(change.after)} changes from ${priceText(change.before)} to ${priceText(change.after)}`;
}

function judgeShapes<B extends ComparableRate, A extends ComparableRate>(
  { offerings, after, at }: GuardInput<B, A>,
  changes: readonly RateChange<B, A>[],
): Map<string, Finding> {
  const language = new Set(
    offerings.filter(({ modality }) => modality === "language").map((o) => o.offering),
  );
  const touched = new Set(
    changes.flatMap((change) => (change.kind !== "removed" ? [change.after.offering] : [])),
  );
  const rates = Map.groupBy(
    after.filter((rate) => language.has(rate.offering) && touched.has(rate.offering) && isInForce(rate, at)),
    ({ offering }) => offering,
  );
  const findings = new Map<string, Finding>();
  for (const [offering, group] of rates) {
    const finding = judgeShape(offering, group);
    if (finding !== null) findings.set(offering, finding);
  }
  return findings;
}

function sinceChange<B extends ComparableRate, A extends ComparableRate>(
  key: string,
  { lastChangedAt, at }: GuardInput<B, A>,
): number | null {
  const last = lastChangedAt?.get(key);
  return last === undefined ? null : at.getTime() - last.getTime();
}

function gravest(a: Finding | null, b: Finding | null): Finding | null {
  if (a === null || b === null) return a ?? b;
  return GRAVITY[b.action] > GRAVITY[a.action] ? b : a;
}

const GRAVITY: { readonly [A in Finding["action"]]: number } = { hold: 1, quarantine: 2, refuse: 3 };
