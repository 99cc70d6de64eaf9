import { gzipSync } from "node:zlib";
import {
  type Actor,
  claimRun,
  createCatalogue,
  createUuidV7,
  decideProposal,
  ensurePolicy,
  failRun,
  type LiveCatalogue,
  reportUnchanged,
  submitDocument,
} from "@ratebook/billing";
import { findSource, type ParsedSource, readSource } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { Recording } from "./recordings.ts";

/** What became of a recorded document. */
export type ReadRecording =
  | { outcome: "failed"; check: string; message: string }
  | { outcome: "published" | "held" | "unchanged"; parsed: ParsedSource | null };

/** A catalogue nobody sells from, in which recorded documents pass as they would have on their day. */
export type ScratchCatalogue = {
  sql: Sql;
  catalogue: LiveCatalogue;
  /** Reads a document at its own date: claimed, parsed, guarded and published by the verbs a worker uses. */
  read: (recording: Recording) => Promise<ReadRecording & { runId: string }>;
  /** What an operator does with a proposal they looked at. */
  approve: (id: string, reason: string) => Promise<void>;
};

/** Opens the catalogue of an empty, migrated database. */
export async function openScratchCatalogue(sql: Sql): Promise<ScratchCatalogue> {
  let now = new Date("2020-01-01T00:00:00Z");
  const clock = () => now;
  const newId = createUuidV7(() => new Date());
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, newId, catalogue };

  async function read(recording: Recording): Promise<ReadRecording & { runId: string }> {
    now = recording.at;
    const source = must(findSource(recording.source), "recordings name sources there are");
    const claim = { source: source.id, slot: now, trigger: "command", worker: "replay" } as const;
    const claimed = await claimRun(ctx, WORKER, claim);
    const run = must(claimed.ok ? claimed.value : null, "no two documents of a source have one instant");
    const { runId } = run;
    const reading = await readSource(source, {
      from: "recording",
      body: recording.body(),
      url: source.defaultUrl ?? source.homepage,
      fetchedAt: now,
      heldSha256: run.sha256,
    });
    if (!reading.ok) {
      if (reading.error.kind !== "source") throw new Error("a recording is not fetched");
      const { failure } = reading.error;
      must((await failRun(ctx, WORKER, { runId, failure })).ok || null, "the run is ours");
      return { outcome: "failed", check: failure.check, message: failure.message, runId };
    }
    if (reading.value.status === "not_modified") {
      must((await reportUnchanged(ctx, WORKER, { runId, fetchedAt: now })).ok || null, "the run is ours");
      return { outcome: "unchanged", parsed: null, runId };
    }
    const { raw, parsed } = reading.value;
    const contentType = source.contentTypes[0] ?? null;
    const snapshot = { ...raw, contentType, bodyGzip: gzipSync(raw.body, { level: 1 }) };
    const submitted = await submitDocument(ctx, WORKER, { runId, snapshot, ...parsed });
    if (!submitted.ok) throw new Error(`${recording.file}: ${JSON.stringify(submitted.error)}`);
    const { value } = submitted;
    if (value.outcome === "failed")
      return { outcome: "failed", check: value.check, message: value.message, runId };
    return { outcome: value.outcome, parsed, runId };
  }

  async function approve(id: string, reason: string): Promise<void> {
    const decided = await decideProposal(ctx, OPERATOR, { id, decision: "approve", reason });
    if (!decided.ok) throw new Error(`proposal ${id}: ${decided.error.kind}`);
  }
  return { sql, catalogue, read, approve };
}

const WORKER: Actor = { kind: "worker", keyId: "replay", scopes: ["catalog:submit"] };
const OPERATOR: Actor = { kind: "system", name: "replay" };
