import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { err, ok, type Result } from "@ratebook/core";

/** Why a body was not read in full. */
export type BodyFailure =
  /** With what came first, for an excerpt. */
  | { kind: "too_large"; limit: number; beginning: Uint8Array }
  | { kind: "unknown_encoding"; encoding: string }
  | { kind: "corrupt"; detail: string };

/**
 * Reads a body, decompressed, up to `maxBytes`; one byte more is `too_large`, whatever it was on the wire.
 *
 * Errors of the connection itself are thrown. The stream is destroyed in every case.
 */
export async function readBody(
  stream: Readable,
  encoding: string | null,
  maxBytes: number,
): Promise<Result<Uint8Array, BodyFailure>> {
  const decoder = decoderFor(encoding);
  if (decoder === undefined) {
    discardBody(stream);
    return err({ kind: "unknown_encoding", encoding: encoding ?? "" });
  }
  let broken: unknown = null;
  // pipe() does not hand errors on: without this a connection that breaks would leave the decoder waiting.
  stream.on("error", (error) => {
    broken ??= error;
    decoder?.destroy();
  });
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of decoder === null ? stream : stream.pipe(decoder)) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError("the body is not read as bytes");
      size += chunk.byteLength;
      chunks.push(chunk);
      if (size > maxBytes) {
        const beginning = Buffer.concat(chunks, Math.min(maxBytes, BEGINNING_BYTES));
        return err({ kind: "too_large", limit: maxBytes, beginning });
      }
    }
    return ok(Buffer.concat(chunks));
  } catch (error) {
    if (broken !== null) throw broken;
    if (isZlibError(error)) return err({ kind: "corrupt", detail: error.message });
    throw error;
  } finally {
    decoder?.destroy();
    stream.destroy();
  }
}

/** The text of a body's first bytes, whatever became of the rest; null where none were read. */
export function beginningOf(body: Result<Uint8Array, BodyFailure>): string | null {
  const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, BEGINNING_BYTES));
  if (body.ok) return decoded(body.value);
  return body.error.kind === "too_large" ? decoded(body.error.beginning) : null;
}

/** More than any excerpt shows. */
const BEGINNING_BYTES = 16 * 1024;

/** Lets go of a body nobody will read; the error this raises on the stream is expected. */
export function discardBody(stream: Readable): void {
  stream.on("error", () => undefined);
  stream.destroy();
}

/** The decoder of a content encoding; null for none, undefined for one that is not known. */
function decoderFor(encoding: string | null) {
  switch (encoding?.trim().toLowerCase() ?? "identity") {
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    case "br":
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error &&
  "code" in error &&
  /^(Z_|ERR_BROTLI|ERR_ZLIB|ERR__ERROR)/.test(String(error.code));
