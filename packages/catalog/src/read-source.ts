import { createHash } from "node:crypto";
import { err, ok, type Result } from "@ratebook/core";
import type { FetchFailure } from "./fetch/failure.ts";
import type { SafeFetch, SafeFetchOptions } from "./fetch/safe-fetch.ts";
import { fetchParts } from "./fetch-parts.ts";
import type { ParsedSource, PriceSource, SourceFailure } from "./source.ts";

/** A raw document exactly as it was read, with what is needed to ask for it again. */
export type RawDocument = {
  url: string;
  fetchedAt: Date;
  httpStatus: number | null;
  etag: string | null;
  lastModified: string | null;
  /** Hash of `body`, lower-case hex. */
  sha256: string;
  body: Uint8Array;
};

/** What reading a source gave; `not_modified` says that the copy already held still stands. */
export type SourceReading =
  | { status: "parsed"; raw: RawDocument; parsed: ParsedSource }
  | { status: "not_modified"; url: string; fetchedAt: Date };

/** `source` failures keep the raw document, so that what came can be stored and looked at. */
export type ReadFailure =
  | { kind: "fetch"; failure: FetchFailure }
  | { kind: "source"; failure: SourceFailure; raw: RawDocument }
  | { kind: "no_address"; message: string }
  | { kind: "no_key"; message: string };

/** Where to read from. */
export type ReadFrom =
  /** A recorded document, read as if it had been fetched from `url` at `fetchedAt`. */
  | { from: "recording"; body: Uint8Array; url: string; fetchedAt: Date; heldSha256?: string | null }
  /** The network, or the bundled document of a source that has one and no `url` override. */
  | {
      from: "origin";
      fetch: SafeFetch;
      url?: string;
      options?: OriginOptions;
      heldSha256?: string | null;
    };

/** Fetch options a source does not decide for itself. */
export type OriginOptions = Omit<SafeFetchOptions, "hosts" | "contentTypes">;

/**
 * Reads a source and parses it.
 *
 * With `url`, a mirror is read instead of the source's own address; its host is then the only one allowed. A mirror of
 * a source in parts has `{part}` in its address, or serves the joined document.
 * A bundled document is as old as its publication, however late it is read. Bytes whose hash is `heldSha256` are
 * `not_modified` and not parsed again.
 */
export async function readSource(
  source: PriceSource,
  input: ReadFrom,
): Promise<Result<SourceReading, ReadFailure>> {
  if (input.from === "recording") {
    const { body, url, fetchedAt } = input;
    return parsed(source, rawDocument(body, { url, fetchedAt }), input);
  }
  const { key } = source;
  if (key !== undefined && input.options?.headers?.[key.header] === undefined) {
    return err({ kind: "no_key", message: `The source ${source.id} is read with a key: set ${key.env}.` });
  }
  const url = input.url ?? source.defaultUrl;
  if (url === null) {
    if (source.bundled === null) {
      return err({
        kind: "no_address",
        message: `The source ${source.id} has no address and nothing bundled.`,
      });
    }
    const { raw, url: bundledUrl, publishedAt } = await source.bundled();
    return parsed(source, rawDocument(raw, { url: bundledUrl, fetchedAt: publishedAt }), input);
  }
  const mirror = input.url === undefined || !URL.canParse(input.url) ? null : new URL(input.url).host;
  const options = {
    ...input.options,
    hosts: mirror === null ? source.hosts : [mirror],
    contentTypes: source.contentTypes,
  };
  const parts = url.includes("{part}") ? (source.parts ?? []) : [];
  const fetched =
    parts.length === 0
      ? await input.fetch(url, options)
      : await fetchParts(input.fetch, { address: url, parts, options });
  if (!fetched.ok) return err({ kind: "fetch", failure: fetched.error });
  if (fetched.value.status === "not_modified") {
    return ok({ status: "not_modified", url: fetched.value.url, fetchedAt: fetched.value.fetchedAt });
  }
  return parsed(source, rawDocument(fetched.value.body, fetched.value), input);
}

function parsed(
  source: PriceSource,
  raw: RawDocument,
  { heldSha256 }: Pick<ReadFrom, "heldSha256">,
): Result<SourceReading, ReadFailure> {
  if (raw.sha256 === heldSha256) {
    return ok({ status: "not_modified", url: raw.url, fetchedAt: raw.fetchedAt });
  }
  const result = source.parse(raw.body, { url: raw.url, fetchedAt: raw.fetchedAt });
  if (!result.ok) return err({ kind: "source", failure: result.error, raw });
  return ok({ status: "parsed", raw, parsed: result.value });
}

function rawDocument(
  body: Uint8Array,
  about: Pick<RawDocument, "url" | "fetchedAt"> &
    Partial<Pick<RawDocument, "httpStatus" | "etag" | "lastModified">>,
): RawDocument {
  return {
    url: about.url,
    fetchedAt: about.fetchedAt,
    httpStatus: about.httpStatus ?? null,
    etag: about.etag ?? null,
    lastModified: about.lastModified ?? null,
    sha256: createHash("sha256").update(body).digest("hex"),
    body,
  };
}
