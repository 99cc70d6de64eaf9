import type { ParsedSource } from "@ratebook/catalog";
import { offeringRateKey, type StatedRate, statedRates, type Witness } from "@ratebook/core";
import { type JudgedMutation, judgeMutation, type Truth } from "./judge-mutation.ts";
import { MUTATION_KINDS, mutate, type Subject } from "./mutation.ts";
import { countMutation, emptyCounts, type MutationCounts } from "./mutation-counts.ts";
import { type Seeded, seeded } from "./seeded.ts";

export type MutationRun = {
  seed: number;
  counts: MutationCounts;
  /** Parts of documents that were mutated, by source. */
  subjects: ReadonlyMap<string, number>;
  seconds: number;
};

/**
 * Spoils documents `count` times and judges each by the source's parser and the guard, without other sources and with
 * them. The same seed and documents give the same run.
 *
 * Pages are as many as catalogues, because that is where columns move; one whole page in ten.
 */
export function runMutations(
  subjects: readonly Subject[],
  witnesses: ReadonlyMap<string, readonly Witness[]>,
  { count, seed }: { count: number; seed: number },
): MutationRun {
  const started = performance.now();
  const random = seeded(seed);
  const groups = groupsOf(subjects);
  const truths = new Map<Subject, Truth>();
  const counts = emptyCounts();
  let made = 0;
  for (let turn = 0; made < count; turn += 1) {
    const kind = MUTATION_KINDS[turn % MUTATION_KINDS.length] ?? "empty";
    const subject = random.pick(random.pick(groups));
    const text = mutate(subject, kind, random);
    if (text === null || text === subject.text) {
      if (turn > count * 20) throw new Error("the documents have nothing that could be spoiled");
      continue;
    }
    made += 1;
    const truth = truths.get(subject) ?? truthOf(subject);
    truths.set(subject, truth);
    const [alone, watched] = judgeTwice(subject, truth, text, random, witnesses);
    countMutation(counts, kind, alone, watched);
  }
  return {
    seed,
    counts,
    subjects: countBySource(subjects),
    seconds: (performance.now() - started) / 1000,
  };
}

function judgeTwice(
  subject: Subject,
  truth: Truth,
  text: string,
  random: Seeded,
  witnesses: ReadonlyMap<string, readonly Witness[]>,
): [JudgedMutation, JudgedMutation] {
  const read = subject.source.parse(text, contextOf(subject));
  const chosen = random.below(1_000_000);
  const pick = (names: readonly string[]) => names[chosen % names.length] ?? "";
  const said = truth.rates.flatMap((rate) => witnesses.get(offeringRateKey(rate)) ?? []);
  const others = said.filter(({ source }) => source !== subject.source.id);
  return [judgeMutation(subject, truth, read, pick, []), judgeMutation(subject, truth, read, pick, others)];
}

/** What other sources say of a price point, by the point's name. */
export function witnessesOf(documents: readonly ParsedSource[]): ReadonlyMap<string, readonly Witness[]> {
  const stated = documents.flatMap(({ document }) =>
    statedRates(document).map((rate) => witnessOf(document.source, rate)),
  );
  return Map.groupBy(stated, ({ key }) => key);
}

const witnessOf = (source: string, rate: StatedRate): Witness => ({
  source,
  key: offeringRateKey(rate),
  usd: rate.usd,
  per: rate.per,
});

function truthOf(subject: Subject): Truth {
  const parsed = subject.source.parse(subject.text, contextOf(subject));
  if (!parsed.ok) throw new Error(`${subject.name}: ${parsed.error.message}`);
  return { parsed: parsed.value, rates: statedRates(parsed.value.document) };
}

const contextOf = ({ source, at }: Subject) => ({ url: source.homepage, fetchedAt: at });

/** Catalogues by source and pages by size, so that each has its share of the mutations. */
function groupsOf(subjects: readonly Subject[]): (readonly Subject[])[] {
  const isWhole = ({ source, text }: Subject) => source.kind === "page" && text.length > WHOLE_PAGE;
  const whole = subjects.filter(isWhole);
  const replicas = subjects.filter((subject) => subject.source.kind === "page" && !isWhole(subject));
  const catalogues = [
    ...Map.groupBy(
      subjects.filter(({ source }) => source.kind !== "page"),
      ({ source }) => source.id,
    ).values(),
  ];
  return [...catalogues, whole, ...catalogues.map(() => replicas)].filter((group) => group.length > 0);
}

function countBySource(subjects: readonly Subject[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { source } of subjects) counts.set(source.id, (counts.get(source.id) ?? 0) + 1);
  return counts;
}

const WHOLE_PAGE = 50_000;
