import { err, ok, type Result } from "@ratebook/core";
import type { SourceFailure } from "../source.ts";

/** Reads a raw document as UTF-8 text; refuses what is empty and bytes that are no text. */
export function readText(source: string, raw: Uint8Array | string): Result<string, SourceFailure> {
  const text = typeof raw === "string" ? raw : decodeUtf8(raw);
  if (text === null) {
    return err(sourceFailure(source, "not_text", "utf-8", "The document is not UTF-8 text.", ""));
  }
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (body.trim() === "") {
    return err(sourceFailure(source, "empty_document", "not empty", "The document is empty.", ""));
  }
  return ok(body);
}

/** A failure of the whole document with a short, printable excerpt of `about`. */
export function sourceFailure(
  source: string,
  kind: SourceFailure["kind"],
  check: string,
  message: string,
  about: string,
): SourceFailure {
  return { kind, source, check, message, excerpt: excerptOf(about) };
}

/** The first 200 characters of a foreign text on one line, control characters taken out. */
export function excerptOf(text: string): string {
  const head = text.slice(0, 1000).toWellFormed();
  return head
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, 200)
    .toWellFormed();
}

function decodeUtf8(raw: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(raw);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
