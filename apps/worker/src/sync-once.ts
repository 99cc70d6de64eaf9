import { gzipSync } from "node:zlib";
import type { Client } from "@ratebook/api/client";
import { type PriceSource, type RawDocument, type ReadFrom, readSource } from "@ratebook/catalog";

/** What syncing needs of the typed client. */
export type CatalogClient = Pick<Client, "catalog">;

export type SyncRequest = {
  client: CatalogClient;
  source: PriceSource;
  /** The instant the reading is due; a source is read once for each. */
  slot: Date;
  trigger: "schedule" | "catch-up" | "request" | "command";
  /** Name of who reads, for the record. */
  worker: string;
  /** Where to read: the origin, over the given fetch, or a recorded document. */
  from: ReadFrom;
};

/** What a reading did. */
export type SyncResult =
  /** Another worker has the slot. */
  | { outcome: "skipped" }
  | { outcome: "unchanged"; runId: string }
  | {
      outcome: "published" | "held";
      runId: string;
      version: number | null;
      /** Offerings by what happened to them. */
      counts: Readonly<Record<string, number>>;
    }
  /** Recorded; no price was touched. */
  | { outcome: "failed"; runId: string; check: string; message: string };

/**
 * Reads a source once: claims the slot, fetches, parses and submits, and records how it ended.
 *
 * A source that cannot be reached or makes no sense is a recorded failure, not an error. Throws where the server cannot
 * be reached or refuses the key; the slot's lease then ends by itself and another worker takes it.
 */
export async function syncOnce(request: SyncRequest): Promise<SyncResult> {
  const { client, source, slot, trigger, worker } = request;
  const claimed = await client.catalog.claim.mutate({ source: source.id, slot, trigger, worker });
  if (claimed === null) return { outcome: "skipped" };
  const { runId } = claimed;
  const fail = async (check: string, message: string, excerpt: string | null): Promise<SyncResult> => {
    await client.catalog.fail.mutate({
      runId,
      failure: {
        check: check.slice(0, 200),
        message: message.slice(0, 2000),
        excerpt: excerpt?.slice(0, 2000) ?? null,
      },
    });
    return { outcome: "failed", runId, check, message };
  };

  let reading: Awaited<ReturnType<typeof readSource>>;
  try {
    reading = await readSource(source, withValidators(request.from, claimed));
  } catch (error) {
    // A parser that breaks is our bug; the run says so, and the next slot tries again.
    await fail("parser", `The parser of ${source.id} broke.`, error instanceof Error ? error.message : null);
    throw error;
  }
  if (!reading.ok) {
    const { error } = reading;
    if (error.kind === "no_address") return fail("address", error.message, null);
    if (error.kind === "no_key") return fail("key", error.message, null);
    if (error.kind === "fetch") return fail(error.failure.kind, error.failure.message, error.failure.excerpt);
    return fail(error.failure.check, error.failure.message, error.failure.excerpt);
  }
  if (reading.value.status === "not_modified") {
    const { fetchedAt } = reading.value;
    const failed = await client.catalog.unchanged.mutate({ runId, fetchedAt });
    if (failed === null) return { outcome: "unchanged", runId };
    return { outcome: "failed", runId, check: failed.check, message: failed.message };
  }
  const { raw, parsed } = reading.value;
  const done = await client.catalog.submit.mutate({
    runId,
    snapshot: snapshotOf(raw),
    document: parsed.document,
    alerts: parsed.alerts.map(cut),
    refused: parsed.refused.map(cut),
  });
  if (done.outcome === "failed") {
    return { outcome: "failed", runId, check: done.check ?? "", message: done.message ?? "" };
  }
  if (done.outcome === "unchanged") return { outcome: "unchanged", runId };
  return { outcome: done.outcome, runId, version: done.version, counts: done.counts ?? {} };
}

type Held = { etag: string | null; lastModified: string | null; sha256: string | null };

/** Asks only for what is newer than the copy the server holds. */
function withValidators(from: ReadFrom, { etag, lastModified, sha256 }: Held): ReadFrom {
  const held = { ...from, heldSha256: sha256 };
  return held.from === "recording" ? held : { ...held, options: { ...held.options, etag, lastModified } };
}

/** Foreign text of any length must not cost the document; the whole of it is in the snapshot. */
const cut = <T extends { where: string; detail: string }>(note: T): T => ({
  ...note,
  where: note.where.slice(0, 1000),
  detail: note.detail.slice(0, 2000),
});

const snapshotOf = (raw: RawDocument) => ({
  url: raw.url.slice(0, 2000),
  fetchedAt: raw.fetchedAt,
  etag: raw.etag,
  lastModified: raw.lastModified,
  contentType: null,
  httpStatus: raw.httpStatus,
  bodyGzip: gzipSync(raw.body).toString("base64"),
  sha256: raw.sha256,
});
