import type { Check } from "./check.ts";
import { kindsOf } from "./mutation-counts.ts";
import type { ReplayReport } from "./replay-corpus.ts";
import type { FalseAlarms } from "./repricings.ts";
import type { MutationRun } from "./run-mutations.ts";
import type { SourceTally } from "./source-tally.ts";

/** The report as a person reads it. */
export function replayText(report: ReplayReport): string {
  const { documents, stream, mutations, checks, leftOut, seconds } = report;
  const tallies = [...documents.tallies, ...(stream === null ? [] : [stream.tally])];
  const sections = [
    section(
      `Documents of ${documents.tallies.length} sources in a scratch database (${seconds.documents.toFixed(0)} s); the change stream in memory`,
      talliesTable(tallies),
    ),
    section("False alarms", alarmLines(documents.falseAlarms, stream?.falseAlarms ?? null)),
    ...(stream === null ? [] : [section("What stopped changes of the stream", mapLines(stream.stoppedBy))]),
    ...(mutations === null ? [] : [section("Mutations", mutationLines(mutations))]),
    section(
      "Left out",
      leftOut.length === 0 ? ["nothing"] : leftOut.map(({ file, reason }) => `${file}: ${reason}`),
    ),
    section("Checks", checks.flatMap(checkLines)),
  ];
  return sections.join("\n\n");
}

/** What programs are given. */
export function replayJson(report: ReplayReport) {
  const { documents, stream, mutations, checks, leftOut, seconds } = report;
  return {
    holds: checks.every(({ holds }) => holds),
    sources: [...documents.tallies, ...(stream === null ? [] : [stream.tally])],
    falseAlarms: { documents: documents.falseAlarms, stream: stream?.falseAlarms ?? null },
    jumps: documents.jumps,
    streamStoppedBy: stream === null ? null : Object.fromEntries(stream.stoppedBy),
    mutations:
      mutations === null
        ? null
        : {
            ...mutations.counts,
            seed: mutations.seed,
            seconds: mutations.seconds,
            stoppedBy: Object.fromEntries(mutations.counts.stoppedBy),
            subjects: Object.fromEntries(mutations.subjects),
          },
    checks,
    leftOut,
    seconds,
  };
}

const section = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((line) => `  ${line}`)].join("\n");

const COLUMNS = [
  "source",
  "documents",
  "failed",
  "offerings",
  "changes",
  "activated",
  "held",
  "quarantined",
  "refused",
  "released",
  "approved",
  "rowsSetAside",
] as const satisfies readonly (keyof SourceTally)[];

function talliesTable(tallies: readonly SourceTally[]): string[] {
  const cells = [
    COLUMNS.map((name) => (name === "rowsSetAside" ? "rows set aside" : name)),
    ...tallies.map((tally) => COLUMNS.map((name) => String(tally[name]))),
  ];
  return cells.map((row) =>
    row
      .map((cell, column) => {
        const width = Math.max(...cells.map((other) => (other[column] ?? "").length));
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("  "),
  );
}

function alarmLines(documents: FalseAlarms, stream: FalseAlarms | null): string[] {
  const lines = (what: string, alarms: FalseAlarms) => [
    `${what}: ${alarms.ordinary} of ${alarms.repricings} repricings were ordinary; held ${alarms.heldWithoutWitness} (${percent(alarms.heldWithoutWitness, alarms.ordinary)}) without other sources, ${alarms.heldWithWitness} (${percent(alarms.heldWithWitness, alarms.ordinary)}) with them`,
    `  of the ${alarms.small} within half and double of the old price: held ${alarms.smallHeld} (${percent(alarms.smallHeld, alarms.small)})`,
  ];
  return [
    ...(stream === null ? [] : lines("change stream, version by version", stream)),
    ...lines("documents, weeks to months apart, so that batches of changes are held", documents),
  ];
}

function mutationLines({ counts, seed, seconds, subjects }: MutationRun): string[] {
  return [
    `${counts.mutations} mutations (seed ${seed}, ${seconds.toFixed(0)} s) of ${[...subjects].map(([source, count]) => `${count} ${source}`).join(", ")}`,
    ...kindsOf(counts).map(
      ({ kind, mutations, wrongPrices, inBand }) =>
        `${kind.padEnd(18)} ${String(mutations).padStart(5)} mutations, ${wrongPrices} wrong prices stated, ${inBand} inside [0.5, 2] became active`,
    ),
    `wrong activations outside [0.5, 2] of the truth, or of a wrong unit, meter or model: ${counts.wrongActivations.length} without other sources, ${counts.wrongActivationsWithWitness.length} with them`,
    `inside that band: ${counts.inBand} without other sources, ${counts.inBandWithWitness} with them, of which ${counts.inBandContradicted} are contradicted by one that is shown beside the price`,
    `rows that slipped by one and columns that were renamed, which no rule tells from a new price in every case: ${counts.displaced.length} wrong prices without other sources, ${counts.displacedWithWitness} with them`,
    `good prices: ${counts.goodLost} of ${counts.goodPrices} lost, ${counts.goodLostWithDocument} of them with a document that was refused as a whole`,
    "stopped by:",
    ...mapLines(counts.stoppedBy).map((line) => `  ${line}`),
  ];
}

const mapLines = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, count]) => `${String(count).padStart(5)} ${what}`);

const checkLines = ({ name, holds, found, broken }: Check): string[] => [
  `${holds ? "ok    " : "BROKEN"} ${name}: ${found}`,
  ...broken.slice(0, LIST_MAX).map((line) => `         ${line}`),
  ...(broken.length > LIST_MAX ? [`         and ${broken.length - LIST_MAX} more`] : []),
];

/** For reading only. */
const percent = (part: number, whole: number): string =>
  whole === 0 ? "none" : `${((100 * part) / whole).toFixed(1)} %`;

const LIST_MAX = 50;
