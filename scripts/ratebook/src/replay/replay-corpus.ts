import { findSource, type ParsedSource } from "@ratebook/catalog";
import { must, offeringRateKey, statedRates } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { type Check, checkOf } from "./check.ts";
import { checkEvents } from "./check-events.ts";
import { checkPrices } from "./check-prices.ts";
import { mutationSubjects } from "./mutation-subjects.ts";
import { type LeftOut, listRecordings, type Recording, readChangeStream } from "./recordings.ts";
import { type ReplayedDocuments, replayDocuments } from "./replay-documents.ts";
import { type ReplayedStream, replayStream, rowsOf, type WitnessedPrices } from "./replay-stream.ts";
import { type MutationRun, runMutations, witnessesOf } from "./run-mutations.ts";
import { openScratchCatalogue } from "./scratch-catalogue.ts";

export type ReplayReport = {
  documents: ReplayedDocuments;
  stream: ReplayedStream | null;
  mutations: MutationRun | null;
  checks: Check[];
  leftOut: LeftOut[];
  seconds: { documents: number; stream: number };
};

/**
 * Replays a corpus: its documents through parsers, guard and publish verbs in an empty database, its change stream
 * through parser and guard in memory, and then mutations of its documents the same way.
 *
 * @param mutations how many, 0 for none; the seed makes them the same in every run
 * @throws where the corpus has no document a source reads
 */
export async function replayCorpus({
  sql,
  corpus,
  mutations,
  seed,
  progress,
}: {
  sql: Sql;
  corpus: string;
  mutations: number;
  seed: number;
  progress: (line: string) => void;
}): Promise<ReplayReport> {
  const { documents: recordings, leftOut } = listRecordings(corpus);
  if (recordings.length === 0) throw new Error(`there is no recorded document in ${corpus}`);
  const catalogue = await openScratchCatalogue(sql);
  const started = performance.now();
  const documents = await replayDocuments(catalogue, recordings, progress);
  const replayed = performance.now();
  const events = await checkEvents(catalogue, documents.documents);
  const checks = [...(await checkPrices(catalogue, documents.jumps)), ...events.checks];

  const streamStarted = performance.now();
  const stream = streamOf(corpus, recordings, documents);
  const streamSeconds = (performance.now() - streamStarted) / 1000;
  if (stream === null) leftOut.push({ file: "anomalies", reason: "no change stream" });
  else checks.push(...streamChecks(stream));

  let run: MutationRun | null = null;
  if (mutations > 0) {
    progress(`Mutating recorded documents ${mutations} times.`);
    const newest = new Map(
      documents.documents.flatMap(({ source, parsed }) => (parsed === null ? [] : [[source, parsed]])),
    );
    run = runMutations(mutationSubjects(corpus, recordings), witnessesOf([...newest.values()]), {
      count: mutations,
      seed,
    });
    checks.push(...mutationChecks(run));
  }
  return {
    documents,
    stream,
    mutations: run,
    checks,
    leftOut: [...leftOut, ...events.leftOut.map((reason) => ({ file: "check", reason }))],
    seconds: { documents: (replayed - started) / 1000, stream: streamSeconds },
  };
}

function streamOf(
  corpus: string,
  recordings: readonly Recording[],
  { documents }: ReplayedDocuments,
): ReplayedStream | null {
  const stream = readChangeStream(corpus);
  if (stream === null) return null;
  const source = must(findSource("litellm"), "the stream is of a source that ships");
  const recorded = recordings
    .filter((recording) => recording.source === source.id)
    .map(({ body }) => rowsOf(body()));
  const witnesses = statedBy(
    documents.flatMap(({ source: id, at, parsed }) =>
      parsed === null || id === source.id ? [] : [{ at, parsed }],
    ),
  );
  return replayStream(source, stream, recorded, witnesses);
}

/** What documents say of each price point, in the order of their dates. */
function statedBy(documents: readonly { at: Date; parsed: ParsedSource }[]): WitnessedPrices {
  const words = documents.flatMap(({ at, parsed }) =>
    statedRates(parsed.document).map((price) => ({ key: offeringRateKey(price), at, price })),
  );
  return Map.groupBy(words, ({ key }) => key);
}

const streamChecks = ({ broken, versions, invalid, tally }: ReplayedStream): Check[] => [
  checkOf(
    "no activation of the change stream breaks a bound",
    broken,
    `${tally.activated} activations in ${versions} versions, ${invalid} of which were no JSON`,
  ),
];

function mutationChecks({ counts }: MutationRun): Check[] {
  const found = `${counts.mutations} mutations stated ${counts.wrongPrices} wrong prices`;
  return [
    checkOf("no mutation activates a wrong price, unit, meter or model", counts.wrongActivations, found),
    checkOf("nor does it when other sources are asked", counts.wrongActivationsWithWitness, found),
  ];
}
