import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench } from "./bench.ts";
import type { Figure } from "./figure.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { Refreshed, type RefreshJob } from "./refreshed.ts";
import { sourceDocuments } from "./source-documents.ts";
import { median } from "./statistics.ts";

/** Everything Ratebook reads as JSON, at once: how long, and in how much memory. */
export const refresh: Bench = {
  name: "refresh",
  title: "every JSON source is read from a local document and published, then read again unchanged",
  run: measure,
};

async function measure(lab: Lab) {
  const documents = sourceDocuments();
  for (const { source, from, body } of documents)
    lab.progress(`refresh: ${source}: ${from}, ${threeDigits(body.length / 1e6)} MB`);
  const folder = await mkdtemp(join(tmpdir(), "ratebook-documents-"));
  try {
    await Promise.all(documents.map(({ source, body }) => writeFile(join(folder, `${source}.json`), body)));
    const rounds: Refreshed[] = [];
    for (let round = 0; round < (lab.quick ? 1 : ROUNDS); round += 1) {
      const { appUrl: url } = await lab.openDatabase(`refresh_${round}`);
      rounds.push(await refreshInProcess({ url, folder, sources: documents.map(({ source }) => source) }));
    }
    return figuresOf(rounds);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs both refreshes in a process of their own and waits for its end. */
async function refreshInProcess(job: RefreshJob): Promise<Refreshed> {
  const child = fork(fileURLToPath(new URL("./refresh-process.ts", import.meta.url)), {
    execArgv: [],
    env: { ...process.env, BENCH_REFRESH: JSON.stringify(job) },
  });
  const exited = once(child, "exit");
  const failed = exited.then(([code]): never => {
    throw new Error(`the refreshing process ended with ${code}`);
  });
  const [said]: unknown[] = await Promise.race([once(child, "message"), failed]);
  // From here on its end is what is waited for.
  failed.catch(() => {});
  await exited;
  return Refreshed.parse(said);
}

function figuresOf(rounds: readonly Refreshed[]): Omit<Figure, "bench">[] {
  const middle = (of: (round: Refreshed) => number): number => median(rounds.map(of));
  const offerings = sumOf(rounds[0], ({ offerings }) => offerings).toLocaleString("en");
  const sources = rounds[0]?.first.sources.length ?? 0;
  const slowest = (rounds[0]?.first.sources ?? [])
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, 2)
    .map(({ source, seconds, offerings }) => `${source}'s ${offerings} ${threeDigits(seconds)} s`)
    .join(", ");
  return [
    {
      what: `full refresh of ${sources} JSON sources, ${offerings} offerings, into an empty catalogue`,
      measured: middle(({ first }) => first.seconds),
      unit: "s",
      target: { atMost: 5 },
      note:
        `${threeDigits(middle((round) => sumOf(round, ({ readMs }) => readMs)))} ms to read and parse, ` +
        `${threeDigits(middle((round) => sumOf(round, ({ submitMs }) => submitMs)))} ms to compare, guard and publish; ` +
        `${threeDigits(middle((round) => sumOf(round, ({ nodeMs }) => nodeMs)))} ms of them Node's CPU time; ${slowest}`,
    },
    {
      what: "memory of the process, the most resident",
      measured: Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / MEGABYTE,
      unit: "MB",
      target: { atMost: 400 },
      note: `${threeDigits(middle(({ idleBytes }) => idleBytes) / MEGABYTE)} MB before the first document; PostgreSQL is not in it`,
    },
    {
      what: "the same documents again",
      measured: middle(({ again }) => again.seconds),
      unit: "s",
      target: { atMost: 0.5 },
      note: "",
    },
    {
      what: "rows that it wrote",
      measured: rounds.reduce((sum, { rowsAgain }) => sum + rowsAgain, 0),
      unit: "rows",
      target: { atMost: 0 },
      note: "of offerings, claims, rates, versions, proposals and snapshots",
    },
  ];
}

type OfSource = Refreshed["first"]["sources"][number];

const sumOf = (round: Refreshed | undefined, of: (source: OfSource) => number): number =>
  (round?.first.sources ?? []).reduce((sum, source) => sum + of(source), 0);

const ROUNDS = 3;
const MEGABYTE = 1024 * 1024;
