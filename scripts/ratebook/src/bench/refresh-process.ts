import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "@ratebook/core";
import { connect } from "@ratebook/db";
import { peakMemoryBytes } from "./peak-memory.ts";
import { countRows, openPublisher, type Published } from "./publisher.ts";
import { type Refreshed, RefreshJob } from "./refreshed.ts";

/** Refreshes every source from local documents, twice, in a process of its own: its memory is what a worker needs. */
const job = RefreshJob.parse(JSON.parse(must(process.env["BENCH_REFRESH"], "the bench says what to read")));
const pool = connect({
  url: job.url,
  max: 4,
  applicationName: "ratebook bench",
  statementTimeoutMs: 300_000,
});
const publisher = await openPublisher(pool.sql);
const idleBytes = await peakMemoryBytes();
const first = await refresh("published");
const peakBytes = await peakMemoryBytes();
const rows = await countRows(pool.sql);
const again = await refresh("unchanged");
const rowsAgain = (await countRows(pool.sql)) - rows;
await pool.close();
process.send?.({ first, again, rowsAgain, idleBytes, peakBytes } satisfies Refreshed);
process.disconnect?.();

async function refresh(expected: "published" | "unchanged") {
  const start = performance.now();
  const all: ({ source: string } & Published)[] = [];
  for (const source of job.sources) {
    const body = await readFile(join(job.folder, `${source}.json`));
    all.push({ source, ...(await publisher.publish({ source, body }, expected)) });
  }
  return { seconds: (performance.now() - start) / 1000, sources: all };
}
