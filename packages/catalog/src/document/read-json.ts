import { err, ok, type Result } from "@ratebook/core";
import type { SourceFailure } from "../source.ts";
import { type JsonValue, parseJsonKeepingDigits } from "./digits-json.ts";
import { readText, sourceFailure } from "./read-text.ts";

/**
 * Reads a source's raw document as JSON with its digits kept.
 *
 * Refuses an empty body, bytes that are not UTF-8, an HTML page and anything else that is not JSON, each with
 * its own check and the document's beginning as the excerpt.
 */
export function readJsonDocument(source: string, raw: Uint8Array | string): Result<JsonValue, SourceFailure> {
  const text = readText(source, raw);
  if (!text.ok) return text;
  const body = text.value;
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
