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
import { newId } from "./debit-op.ts";

/** A document that was handed in, and the time it took. */
export type Published = {
  seconds: number;
  readMs: number;
  submitMs: number;
  nodeMs: number;
  /** Of the document; 0 where it was not parsed, because it is the one already held. */
  offerings: number;
};

/** Hands documents in as the worker does. */
export type Publisher = {
  sql: Sql;
  /** Fails unless the document becomes what is expected of it. */
  publish: (
    document: { source: string; body: Uint8Array },
    expected: "published" | "unchanged",
  ) => Promise<Published>;
};

/** Opens a publisher on a migrated database. */
export async function openPublisher(sql: Sql): Promise<Publisher> {
  const clock = (): Date => new Date();
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, newId, catalogue };

  const publish: Publisher["publish"] = async ({ source: id, body }, expected) => {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const slot = clock();
    const claim = { source: id, slot, trigger: "command", worker: "bench" } as const;
    const claimed = await claimRun(ctx, WORKER, claim);
    const { runId, sha256 } = must(claimed.ok ? claimed.value : null, "every slot is another instant");
    const source = must(findSource(id), "the source ships with Ratebook");
    const read = await readSource(source, {
      from: "recording",
      body,
      url: source.defaultUrl ?? source.homepage,
      fetchedAt: slot,
      heldSha256: sha256,
    });
    if (!read.ok) throw new Error(`the document of ${id} was not readable`);
    const readAt = performance.now();
    const outcome = await hand(runId, read.value);
    const end = performance.now();
    if (outcome !== expected) throw new Error(`the document of ${id} is ${outcome}, not ${expected}`);
    const cpu = process.cpuUsage(cpuBefore);
    return {
      seconds: (end - start) / 1000,
      readMs: readAt - start,
      submitMs: end - readAt,
      nodeMs: (cpu.user + cpu.system) / 1000,
      offerings: read.value.status === "parsed" ? read.value.parsed.document.offerings.length : 0,
    };
  };

  /** What the worker does with what it read. */
  async function hand(runId: string, read: SourceReading): Promise<string> {
    if (read.status === "not_modified") {
      const told = await reportUnchanged(ctx, WORKER, { runId, fetchedAt: read.fetchedAt });
      if (!told.ok) return told.error.kind;
      return told.value === null ? "unchanged" : "failed";
    }
    const { raw, parsed } = read;
    const snapshot = { ...raw, contentType: "application/json", bodyGzip: gzipSync(raw.body) };
    const submitted = await submitDocument(ctx, WORKER, { runId, snapshot, ...parsed });
    return submitted.ok ? submitted.value.outcome : submitted.error.kind;
  }
  return { sql, publish };
}

/** Rows of every table that a changed price may add to. */
export async function countRows(sql: Sql): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    select (select count(*) from ratebook.offering)::int + (select count(*) from ratebook.claim)::int
      + (select count(*) from ratebook.rate)::int + (select count(*) from ratebook.catalogue_version)::int
      + (select count(*) from ratebook.proposal)::int + (select count(*) from ratebook.snapshot)::int as rows`;
  return must(row, "an aggregate gives a row").rows;
}

const WORKER: Actor = { kind: "worker", keyId: "bench", scopes: ["catalog:submit"] };
