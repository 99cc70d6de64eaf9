import type { ParsedSource, SourceFailure } from "@ratebook/catalog";
import {
  type GuardReport,
  guardDocument,
  isInForce,
  offeringRateKey,
  type Result,
  type StatedRate,
  statedRates,
  type Witness,
} from "@ratebook/core";
import { isWithinBand } from "./allowed-prices.ts";
import type { Subject } from "./mutation.ts";

/** What a spoiled document did, beside what it should have said. */
export type JudgedMutation = {
  /** What stopped it, from the check of the whole document down to single prices; `none` where nothing was wrong. */
  stoppedBy: string;
  /** Prices of the document that are not the truth's. */
  wrongPrices: number;
  /** Wrong prices that became active: outside [0.5, 2] of the truth, or of another unit, meter or model. */
  wrongActivations: string[];
  /** Wrong prices that became active inside that band. */
  inBand: number;
  /** Of those the ones another source contradicts, which is shown beside the price. */
  inBandContradicted: number;
  /** True changes of offerings the mutation did not touch, and how many of their prices did not become active. */
  goodPrices: number;
  goodLost: number;
};

/** The undamaged document, and what other sources say of its price points. */
export type Truth = { rates: readonly StatedRate[]; parsed: ParsedSource };

/**
 * Judges a spoiled document against the truth: the truth is active, but for one untouched offering whose new prices
 * (a quarter dearer) the same document brings.
 *
 * @param witnesses what other sources say; none to see the guard alone
 */
export function judgeMutation(
  subject: Subject,
  truth: Truth,
  read: Result<ParsedSource, SourceFailure>,
  pick: (offerings: readonly string[]) => string,
  witnesses: readonly Witness[],
): JudgedMutation {
  // A rate without a date is compared with the one that is in force.
  const byKey = new Map([
    ...truth.rates
      .filter((rate) => isInForce(rate, subject.at))
      .map((rate) => [offeringRateKey(rate), rate] as const),
    ...truth.rates.map((rate) => [pointOf(rate), rate] as const),
  ]);
  const stated = read.ok ? statedRates(read.value.document) : [];
  const wrong = stated.filter((rate) => !isTrue(rate, realOf(rate, byKey, subject.at)));
  const spoiled = new Set(wrong.map(({ offering }) => offering));
  const names = [...new Set(truth.rates.filter(({ free }) => !free).map(({ offering }) => offering))];
  const untouched = names.filter((name) => !spoiled.has(name));
  const repriced = untouched.length === 0 ? null : pick(untouched);
  const before = truth.rates.map((rate) => (rate.offering === repriced ? cheaper(rate) : rate));
  const good = new Set(
    repriced === null
      ? []
      : activeKeys(judge(subject, before, truth.parsed, truth.rates, witnesses), truth.rates),
  );
  const judged: JudgedMutation = {
    stoppedBy: "none",
    wrongPrices: wrong.length,
    wrongActivations: [],
    inBand: 0,
    inBandContradicted: 0,
    goodPrices: good.size,
    goodLost: good.size,
  };
  if (!read.ok) return { ...judged, stoppedBy: `document: ${read.error.kind}` };
  const report = judge(subject, before, read.value, stated, witnesses);
  if (report.refused) return { ...judged, stoppedBy: `document: ${report.findings[0]?.rule ?? "refused"}` };
  const active = new Set(activeKeys(report, stated));
  judged.goodLost = [...good].filter((key) => !active.has(key)).length;
  for (const { action, change } of report.decisions) {
    if (action !== "activate" || change.kind === "removed") continue;
    const real = realOf(change.after, byKey, subject.at);
    if (isTrue(change.after, real)) continue;
    const harm = harmOf(change.after, real, names);
    if (harm !== null) {
      judged.wrongActivations.push(`${subject.name}: ${change.key} ${harm}`);
      continue;
    }
    judged.inBand += 1;
    if (witnesses.some((witness) => witness.key === change.key && !agrees(witness, change.after)))
      judged.inBandContradicted += 1;
  }
  judged.stoppedBy = reasonOf(report, read.value, truth, wrong, judged);
  return judged;
}

function judge(
  { source, at }: Subject,
  before: readonly StatedRate[],
  { document }: ParsedSource,
  after: readonly StatedRate[],
  witnesses: readonly Witness[],
): GuardReport<StatedRate, StatedRate> {
  return guardDocument({
    profile: source.id === "openrouter" ? "openrouter" : "default",
    before,
    after,
    offerings: document.offerings.map(({ provider, model, modality }) => ({
      offering: `${provider}/${model}`,
      modality,
    })),
    lastOfferingCount: new Set(before.map(({ offering }) => offering)).size,
    at,
    witnesses,
  });
}

/** Price points whose new price a report lets in. */
const activeKeys = (
  { decisions }: GuardReport<StatedRate, StatedRate>,
  stated: readonly StatedRate[],
): string[] => {
  const said = new Set(stated.map(offeringRateKey));
  return decisions.flatMap(({ action, change, key }) =>
    action === "activate" && change.kind !== "removed" && said.has(key) ? [key] : [],
  );
};

/** A price point and the instant its price begins: a page may state today's and next month's. */
const pointOf = (rate: StatedRate): string =>
  rate.validFrom === null
    ? offeringRateKey(rate)
    : `${offeringRateKey(rate)} ${rate.validFrom.toISOString()}`;

/** The true price of a point: of its own date, else the one that is in force where the date has come. */
const realOf = (rate: StatedRate, byKey: ReadonlyMap<string, StatedRate>, at: Date): StatedRate | undefined =>
  byKey.get(pointOf(rate)) ?? (isInForce(rate, at) ? byKey.get(offeringRateKey(rate)) : undefined);

/** What is wrong with an activated price, or null where it is within half and double of the truth. */
function harmOf(rate: StatedRate, real: StatedRate | undefined, names: readonly string[]): string | null {
  const price = `$${rate.usd} for ${rate.per}`;
  if (!names.includes(rate.offering)) return `is a model there is not, at ${price}`;
  if (real === undefined) return `is a price there is not, at ${price}`;
  if (rate.free !== real.free || !isWithinBand(real, rate))
    return `is ${price}, in truth $${real.usd} for ${real.per}`;
  return null;
}

function reasonOf(
  report: GuardReport<StatedRate, StatedRate>,
  { refused }: ParsedSource,
  truth: Truth,
  wrong: readonly StatedRate[],
  { wrongActivations, inBand }: JudgedMutation,
): string {
  const keys = new Set(wrong.map(offeringRateKey));
  const stops = report.decisions.filter(({ key, action }) => keys.has(key) && action !== "activate");
  const [stop] = stops;
  if (stop !== undefined) return `guard: ${stop.rule}`;
  if (wrongActivations.length > 0) return "not stopped";
  if (inBand > 0) return "not stopped, within half and double";
  const said = new Set(truth.parsed.refused.map(({ where, kind }) => `${kind} ${where}`));
  const set = refused.find(({ where, kind }) => !said.has(`${kind} ${where}`));
  if (set !== undefined) return `row: ${set.kind}`;
  if (report.decisions.some(({ rule }) => rule === "missing")) return "guard: missing, served on";
  return "none";
}

const isTrue = (rate: StatedRate, real: StatedRate | undefined): boolean =>
  real !== undefined && rate.free === real.free && (rate.free || isWithinBand(real, rate, EXACT));

/** Four fifths of the price, exactly: a quarter more brings it back. */
const cheaper = (rate: StatedRate): StatedRate => (rate.free ? rate : { ...rate, usd: fourFifths(rate.usd) });

function fourFifths(usd: string): string {
  const [whole = "0", part = ""] = usd.split(".");
  const digits = (BigInt(whole + part) * 8n).toString().padStart(part.length + 2, "0");
  const places = part.length + 1;
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const agrees = (witness: Witness, rate: StatedRate): boolean =>
  isWithinBand(
    { offering: rate.offering, meter: rate.meter, usd: witness.usd, per: witness.per },
    rate,
    ONE_PERCENT,
  );

const ONE = { num: 1n, den: 1n };
const EXACT = [ONE, ONE] as const;
const ONE_PERCENT = [
  { num: 99n, den: 100n },
  { num: 101n, den: 100n },
] as const;
