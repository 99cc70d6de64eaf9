import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { err, ok, type Result } from "@ratebook/core";
import { type ErrorAnswer, errorAnswer, payloadTooLarge } from "./errors.ts";

/** How a route's bodies may be written. */
export type BodyForm = {
  /** Largest body, after it was unpacked. */
  limitBytes: number;
  /** Several JSON values, a line each, are read as a list of them. */
  jsonLines?: boolean;
};

/**
 * Reads a JSON body, plain or packed with gzip; an empty body is `undefined`. The limit counts bytes as they are sent and
 * as they are unpacked, so a small body that unpacks to a huge one is refused before it fills memory.
 *
 * @returns the answer to send where it is too large (413), of another type or encoding (415), or not JSON (400)
 */
export async function readJsonBody(
  request: Request,
  { limitBytes, jsonLines = false }: BodyForm,
): Promise<Result<unknown, ErrorAnswer>> {
  const text = await readText(request, limitBytes);
  if (!text.ok) return text;
  if (text.value.trim() === "") return ok(undefined);
  const type = request.headers.get("content-type") ?? "application/json";
  if (!JSON_TYPE.test(type)) {
    return unsupported("content-type", "Send the body as JSON with Content-Type: application/json.");
  }
  const value = parse(text.value) ?? (jsonLines ? parseLines(text.value) : null);
  return value === null ? malformed("body: is not valid JSON") : ok(value.json);
}

/** The value in a box, or null; JSON itself may be null. */
function parse(text: string): { json: unknown } | null {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

function parseLines(text: string): { json: unknown[] } | null {
  const values = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [parse(line)]));
  const list = values.flatMap((value) => (value === null ? [] : [value.json]));
  return list.length === values.length ? { json: list } : null;
}

async function readText(request: Request, limitBytes: number): Promise<Result<string, ErrorAnswer>> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limitBytes) return err(payloadTooLarge(limitBytes));
  const encoding = (request.headers.get("content-encoding") ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") {
    // A declared length is enforced by the HTTP server, so only a chunked body has to be counted.
    if (declared !== null) return ok(await request.text());
    const read = await readCounted(request, limitBytes);
    return read.ok ? ok(new TextDecoder().decode(read.value)) : read;
  }
  if (encoding !== "gzip") {
    return unsupported("content-encoding", "Send the body plain or with Content-Encoding: gzip.");
  }
  const packed = await readCounted(request, limitBytes);
  if (!packed.ok || packed.value.byteLength === 0) return packed.ok ? ok("") : packed;
  try {
    const plain = await unpack(packed.value, { maxOutputLength: limitBytes });
    return ok(new TextDecoder().decode(plain));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return err(payloadTooLarge(limitBytes));
    if (typeof code === "string" && code.startsWith("Z_")) return malformed("body: is not valid gzip");
    throw error;
  }
}

const unpack = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

async function readCounted(request: Request, limitBytes: number): Promise<Result<Uint8Array, ErrorAnswer>> {
  if (request.body === null) return ok(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limitBytes) return err(payloadTooLarge(limitBytes));
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}

const malformed = (sentence: string): Result<never, ErrorAnswer> =>
  err(errorAnswer(400, "validation_error", sentence, { details: { field: "body" } }));

const unsupported = (field: string, sentence: string): Result<never, ErrorAnswer> =>
  err(errorAnswer(415, "validation_error", sentence, { details: { field } }));

// What curl sends for -d without a header is also taken for JSON: the documented lines do that.
const JSON_TYPE = /^application\/(?:[\w.+-]*\+)?json\b|^application\/x-www-form-urlencoded\b/i;
