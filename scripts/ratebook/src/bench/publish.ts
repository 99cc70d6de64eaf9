import { gzipSync } from "node:zlib";
import {
  type Actor,
  claimRun,
  createCatalogue,
  ensurePolicy,
  reportUnchanged,
  submitDocument,
} from "@ratebook/billing";
import { findSource, readSource, type SourceReading } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { Bench } from "./bench.ts";
import { newId } from "./debit-op.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { type LitellmDocument, litellmDocument, repriced } from "./litellm-document.ts";
import { median } from "./statistics.ts";

/** The widest price list there is: how long until its prices are active. */
export const publish: Bench = {
  name: "publish",
  title: "LiteLLM's full document is parsed, compared, guarded and published",
  run: measure,
};

async function measure(lab: Lab) {
  const document = litellmDocument();
  const changed = repriced(document);
  lab.progress(`publish: ${document.from}, ${threeDigits(document.body.length / 1e6)} MB`);
  const firsts: Published[] = [];
  const repeats: Published[] = [];
  const changes: Published[] = [];
  let rowsOfRepeats = 0;
  for (let round = 0; round < (lab.quick ? 1 : ROUNDS); round += 1) {
    const database = await lab.openDatabase(`catalogue_${round}`);
    const publisher = await openPublisher(database.connect({ max: 4 }).sql);
    firsts.push(await publisher.publish(document, "published"));
    const rows = await countRows(publisher.sql);
    repeats.push(await publisher.publish(document, "unchanged"));
    rowsOfRepeats += (await countRows(publisher.sql)) - rows;
    changes.push(await publisher.publish(changed, "published"));
  }
  const offerings = must(firsts[0], "there is a round").offerings.toLocaleString("en");
  const figure = (what: string, published: Published[], atMost: number) => ({
    what,
    measured: median(published.map(({ seconds }) => seconds)),
    unit: "s" as const,
    target: { atMost },
    note: parts(published),
  });
  return [
    figure(`LiteLLM's ${offerings} offerings, first publication`, firsts, 3),
    figure("the document again with one text model in 200 repriced", changes, 3),
    figure("the same document again", repeats, 0.3),
    {
      what: "rows that it wrote",
      measured: rowsOfRepeats,
      unit: "rows" as const,
      target: { atMost: 0 },
      note: "of offerings, claims, rates, versions, proposals and snapshots",
    },
  ];
}

type Published = {
  seconds: number;
  readMs: number;
  submitMs: number;
  nodeMs: number;
  offerings: number;
};

const parts = (published: readonly Published[]): string => {
  const middle = (of: (one: Published) => number): string => threeDigits(median(published.map(of)));
  return (
    `${middle(({ readMs }) => readMs)} ms to read and parse, ` +
    `${middle(({ submitMs }) => submitMs)} ms to compare, guard and publish; ${middle(({ nodeMs }) => nodeMs)} ms of them Node's CPU time`
  );
};

async function openPublisher(sql: Sql) {
  const clock = (): Date => new Date();
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, newId, catalogue };

  async function publishOnce(
    { body }: LitellmDocument,
    expected: "published" | "unchanged",
  ): Promise<Published> {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const slot = clock();
    const claim = { source: "litellm", slot, trigger: "command", worker: "bench" } as const;
    const claimed = await claimRun(ctx, WORKER, claim);
    const { runId, sha256 } = must(claimed.ok ? claimed.value : null, "every slot is another instant");
    const source = must(findSource("litellm"), "the source ships with Ratebook");
    const url = must(source.defaultUrl, "it is read from the network");
    const read = await readSource(source, {
      from: "recording",
      body,
      url,
      fetchedAt: slot,
      heldSha256: sha256,
    });
    if (!read.ok) throw new Error("the document was not readable");
    const readAt = performance.now();
    const outcome = await hand(runId, read.value);
    const end = performance.now();
    if (outcome !== expected) throw new Error(`the document is ${outcome}, not ${expected}`);
    const cpu = process.cpuUsage(cpuBefore);
    return {
      seconds: (end - start) / 1000,
      readMs: readAt - start,
      submitMs: end - readAt,
      nodeMs: (cpu.user + cpu.system) / 1000,
      offerings: read.value.status === "parsed" ? read.value.parsed.document.offerings.length : 0,
    };
  }

  /** What the worker does with what it read. */
  async function hand(runId: string, read: SourceReading): Promise<string> {
    if (read.status === "not_modified") {
      const told = await reportUnchanged(ctx, WORKER, { runId, fetchedAt: read.fetchedAt });
      return told.ok ? "unchanged" : told.error.kind;
    }
    const { raw, parsed } = read;
    const snapshot = { ...raw, contentType: "application/json", bodyGzip: gzipSync(raw.body) };
    const submitted = await submitDocument(ctx, WORKER, { runId, snapshot, ...parsed });
    return submitted.ok ? submitted.value.outcome : submitted.error.kind;
  }
  return { sql, publish: publishOnce };
}

/** Rows of every table that a changed price may add to. */
async function countRows(sql: Sql): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select (select count(*) from ratebook.offering)::int + (select count(*) from ratebook.claim)::int
      + (select count(*) from ratebook.rate)::int + (select count(*) from ratebook.catalogue_version)::int
      + (select count(*) from ratebook.proposal)::int + (select count(*) from ratebook.snapshot)::int as rows`;
  return must(row, "an aggregate gives a row").rows;
}

const WORKER: Actor = { kind: "worker", keyId: "bench", scopes: ["catalog:submit"] };
const ROUNDS = 3;
