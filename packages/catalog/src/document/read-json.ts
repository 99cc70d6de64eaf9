import { err, ok, type Result } from "@ratebook/core";
import type { SourceFailure } from "../source.ts";
import { type JsonValue, parseJsonKeepingDigits } from "./digits-json.ts";

/**
 * Reads a source's raw document as JSON with its digits kept.
 *
 * Refuses an empty body, bytes that are not UTF-8, an HTML page and anything else that is not JSON, each with
 * its own check and the document's beginning as the excerpt.
 */
export function readJsonDocument(source: string, raw: Uint8Array | string): Result<JsonValue, SourceFailure> {
  const text = typeof raw === "string" ? raw : decodeUtf8(raw);
  if (text === null) return refuse("not_text", "utf-8", "The document is not UTF-8 text.", "");
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (body.trim() === "") return refuse("empty_document", "not empty", "The document is empty.", "");
  if (/^\s*<(!doctype|html|head|body|\?xml|!--)/i.test(body)) {
    return refuse("html_document", "json, not html", "An HTML page came where JSON was due.", body);
  }
  const parsed = parseJsonKeepingDigits(body);
  if (!parsed.ok) {
    const { detail } = parsed.error;
    const position = Number(/position (\d+)/.exec(detail)?.[1] ?? 0);
    const around = body.slice(Math.max(0, position - 80));
    return refuse("not_json", "valid json", `The document is not valid JSON: ${detail}.`, around);
  }
  return ok(parsed.value);

  function refuse(kind: SourceFailure["kind"], check: string, message: string, about: string) {
    return err(sourceFailure(source, kind, check, message, about));
  }
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
