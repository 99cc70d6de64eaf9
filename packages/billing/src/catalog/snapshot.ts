import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { err, ok, type Result } from "@ratebook/core";
import type { Publication } from "./publication.ts";

/** A document as it was fetched, whole. */
export type Snapshot = {
  url: string;
  /** When it was fetched; for a bundled document when it was published. */
  fetchedAt: Date;
  etag: string | null;
  lastModified: string | null;
  contentType: string | null;
  httpStatus: number | null;
  /** gzip of the body. */
  bodyGzip: Uint8Array;
  /** Hex SHA-256 of the body itself. */
  sha256: string;
};

/** The stored bytes are not what the submission says they are. */
export type SnapshotError = { kind: "invalid_snapshot"; message: string };

/** A snapshot of text made here, such as an operator's import. */
export function snapshotOf(text: string, url: string, fetchedAt: Date): Snapshot {
  return {
    url,
    fetchedAt,
    etag: null,
    lastModified: null,
    contentType: "application/json",
    httpStatus: null,
    bodyGzip: gzipSync(text),
    sha256: sha256Of(Buffer.from(text)),
  };
}

/** Unpacks a snapshot and compares it with its hash; gives the body's size in bytes. */
export function verifySnapshot(snapshot: Snapshot): Result<{ sizeBytes: number }, SnapshotError> {
  let body: Buffer;
  try {
    body = gunzipSync(snapshot.bodyGzip, { maxOutputLength: BODY_BYTES_MAX });
  } catch {
    return err({
      kind: "invalid_snapshot",
      message: `The body is not gzip of at most ${BODY_BYTES_MAX} bytes.`,
    });
  }
  if (sha256Of(body) !== snapshot.sha256) {
    return err({ kind: "invalid_snapshot", message: "The body is not the one the hash names." });
  }
  return ok({ sizeBytes: body.length });
}

/** Stores a snapshot; the same bytes of one source are stored once. */
export async function storeSnapshot(
  { tx, newId }: Publication,
  source: string,
  snapshot: Snapshot,
  sizeBytes: number,
): Promise<void> {
  await tx`
    insert into ratebook.snapshot (id, source, url, fetched_at, etag, last_modified, sha256, http_status, content_type,
      size_bytes, body)
    values (${newId()}, ${source}, ${snapshot.url}, ${snapshot.fetchedAt}, ${snapshot.etag}, ${snapshot.lastModified},
      ${snapshot.sha256}, ${snapshot.httpStatus}, ${snapshot.contentType}, ${sizeBytes}, ${Buffer.from(snapshot.bodyGzip)})
    on conflict (source, sha256) do nothing`;
}

const sha256Of = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

/** Far above any price document; stops a small submission from unpacking into all memory. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
