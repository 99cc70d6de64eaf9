import { asObject, type ParsedSource, type PriceSource, parseJsonKeepingDigits } from "@ratebook/catalog";
import {
  type GuardDecision,
  guardDocument,
  must,
  offeringRateKey,
  rateKey,
  type StatedRate,
  statedRates,
} from "@ratebook/core";
import { isAboveTextBounds, isWithinBand, type SizedRate } from "./allowed-prices.ts";
import { firstRows, type Row, readStream, setField } from "./change-stream.ts";
import { countFalseAlarms, type FalseAlarms, type Repricing, repricingsOf } from "./repricings.ts";
import { emptyTally, type SourceTally } from "./source-tally.ts";

export type ReplayedStream = {
  versions: number;
  /** Versions that were no JSON; they changed nothing. */
  invalid: number;
  tally: SourceTally;
  /** Which rule stopped how many changes. */
  stoppedBy: ReadonlyMap<string, number>;
  /** Activations that no person and no second source let through although they break a bound. */
  broken: string[];
  falseAlarms: FalseAlarms;
};

/** What other sources stated of a price point, and when. */
export type WitnessedPrices = ReadonlyMap<string, readonly { at: Date; price: SizedRate }[]>;

/**
 * Feeds every version of a change stream through the source's parser and the pure guard, in memory.
 *
 * The stream has changes and no whole documents. A version is judged as a document of the models that ever change in
 * the stream; models that never do are not in it, and what vanishes is left to the recorded documents.
 */
export function replayStream(
  source: PriceSource,
  stream: string,
  recorded: readonly ReadonlyMap<string, Row>[],
  witnesses: WitnessedPrices,
): ReplayedStream {
  const versions = readStream(stream);
  const rows = firstRows(versions, recorded);
  const first = new Map([...rows].map(([model, row]) => [model, ratesOf(source, model, row)]));
  const accepted = new Map([...first].map(([model, { rates }]) => [model, rates]));
  const offerings = new Map(
    [...first].map(([model, { offering, modality }]) => [model, { offering, modality }]),
  );
  const steps = versions.map(({ at, changes }) => {
    for (const { model, field, after } of changes) setField(rowOf(rows, model), field, after);
    const touched = [...new Set(changes.map(({ model }) => model))];
    return { at, touched, read: touched.map((model) => ratesOf(source, model, rowOf(rows, model))) };
  });
  const repricings = repricingsOf([
    { at: new Date(0), prices: pointsOf([...accepted.values()]) },
    ...steps.map(({ at, read }) => ({ at, prices: pointsOf(read.map(({ rates }) => rates)) })),
  ]);
  const ordinary = new Set(
    repricings.filter((each) => each.ordinary).map(({ at, key }) => momentKey(at, key)),
  );
  const tally = { ...emptyTally(`${source.id} stream`), documents: versions.length, offerings: rows.size };
  tally.failed = versions.filter(({ invalid }) => invalid !== null).length;
  const stoppedBy = new Map<string, number>();
  const broken: string[] = [];
  const stopped = new Set<string>();

  for (const { at, touched, read } of steps) {
    if (touched.length === 0) continue;
    for (const [index, { offering, modality }] of read.entries())
      offerings.set(touched[index] ?? offering, { offering, modality });
    const report = guardDocument({
      profile: "default",
      before: ratesIn(accepted.values()),
      after: [...ratesIn(untouched(accepted, touched)), ...ratesIn(read.map(({ rates }) => rates))],
      offerings: [...offerings.values()],
      at,
    });
    tally.rowsSetAside += read.reduce((sum, { setAside }) => sum + setAside, 0);
    for (const decision of report.decisions) {
      if (decision.rule === "missing") continue;
      tally.changes += 1;
      if (decision.action === "activate") {
        tally.activated += 1;
        accept(decision, accepted);
        if (breaksBound(decision)) broken.push(`${at.toISOString().slice(0, 10)} ${decision.sentence}`);
        continue;
      }
      tally[COUNTED[decision.action]] += 1;
      const rule = decision.rule ?? "";
      stoppedBy.set(rule, (stoppedBy.get(rule) ?? 0) + 1);
      const moment = momentKey(at, decision.key);
      stopped.add(moment);
      if (!ordinary.has(moment) || decision.action === "refuse") continue;
      // Somebody looked and let it through; else every later change would be compared with a price long gone.
      tally.approved += 1;
      accept(decision, accepted);
    }
  }
  const falseAlarms = countFalseAlarms(
    repricings,
    ({ at, key }) => stopped.has(momentKey(at, key)),
    (repricing) => isWitnessed(repricing, repricings, witnesses),
  );
  return { versions: versions.length, invalid: tally.failed, tally, stoppedBy, broken, falseAlarms };
}

/** Rows of a recorded document of the source, by model. */
export function rowsOf(document: Uint8Array): Map<string, Row> {
  const json = parseJsonKeepingDigits(new TextDecoder().decode(document));
  if (!json.ok) return new Map();
  const plain: Record<string, Row> = JSON.parse(new TextDecoder().decode(document));
  return new Map(Object.keys(asObject(json.value) ?? {}).map((key) => [key, plain[key] ?? {}]));
}

type ReadRow = {
  offering: string;
  modality: ParsedSource["document"]["offerings"][number]["modality"];
  rates: Map<string, StatedRate>;
  setAside: number;
};

/** Parses one row as a document of its own, under a name of its own: two keys may mean one model of a provider. */
function ratesOf(source: PriceSource, model: string, row: Row): ReadRow {
  const context = { url: source.homepage, fetchedAt: new Date(0) };
  const parsed = source.parse(JSON.stringify({ [model]: row }), context);
  const [offering] = parsed.ok ? parsed.value.document.offerings : [];
  if (!parsed.ok || offering === undefined)
    return { offering: `unpriced/${model}`, modality: "language", rates: new Map(), setAside: 1 };
  const name = `${offering.provider}/${model}`;
  const rates = statedRates(parsed.value.document).map((rate) => ({ ...rate, offering: name }));
  return {
    offering: name,
    modality: offering.modality,
    rates: new Map(rates.map((rate) => [rateKey(rate), rate])),
    setAside: parsed.value.refused.length,
  };
}

function accept(
  { change }: GuardDecision<StatedRate, StatedRate>,
  accepted: Map<string, Map<string, StatedRate>>,
): void {
  const rate = change.kind === "removed" ? change.before : change.after;
  const model = rate.offering.slice(rate.offering.indexOf("/") + 1);
  const rates = accepted.get(model) ?? new Map<string, StatedRate>();
  accepted.set(model, rates);
  if (change.kind === "removed") rates.delete(rateKey(rate));
  else rates.set(rateKey(rate), change.after);
}

/** The same bounds as the guard's, asked again of what it let through. */
function breaksBound({ change }: GuardDecision<StatedRate, StatedRate>): boolean {
  if (change.kind === "removed") return false;
  const { after } = change;
  if (!after.free && !/[1-9]/.test(after.usd)) return true;
  return isAboveTextBounds(after) || (change.kind === "changed" && !isWithinBand(change.before, after));
}

const pointsOf = (rates: readonly ReadonlyMap<string, StatedRate>[]): Map<string, SizedRate> =>
  new Map(rates.flatMap((each) => [...each.values()].map((rate) => [offeringRateKey(rate), rate] as const)));

/** Whether another source said the same, within 1 %, before the price changed again. */
function isWitnessed(
  { key, at, after }: Repricing,
  repricings: readonly Repricing[],
  witnesses: WitnessedPrices,
): boolean {
  const next = repricings.find((other) => other.key === key && other.at > at)?.at ?? END;
  const said = (witnesses.get(key) ?? []).filter((word) => word.at < next);
  const known = said.findLast((word) => word.at <= at);
  return said.some(
    (word) => (word === known || word.at > at) && isWithinBand(after, word.price, ONE_PERCENT),
  );
}

const ratesIn = (all: Iterable<ReadonlyMap<string, StatedRate>>): StatedRate[] =>
  [...all].flatMap((rates) => [...rates.values()]);

const untouched = (
  accepted: ReadonlyMap<string, Map<string, StatedRate>>,
  touched: readonly string[],
): Map<string, StatedRate>[] =>
  [...accepted].flatMap(([model, rates]) => (touched.includes(model) ? [] : [rates]));

const rowOf = (rows: ReadonlyMap<string, Row>, model: string): Row =>
  must(rows.get(model), "every model of a stream has a row");
const momentKey = (at: Date, key: string): string => `${at.getTime()} ${key}`;

const COUNTED = { hold: "held", quarantine: "quarantined", refuse: "refused" } as const;
const END = new Date("9999-12-31");
const ONE_PERCENT = [
  { num: 99n, den: 100n },
  { num: 101n, den: 100n },
] as const;
