import { err, ok, type Result } from "@ratebook/core";
import type { SourceFailure } from "../source.ts";
import { asArray, asObject, type JsonObject } from "./digits-json.ts";
import { below, jsonPointer } from "./json-pointer.ts";
import type { OfferingCollector } from "./offering-collector.ts";
import { readJsonDocument } from "./read-json.ts";
import { sourceFailure } from "./read-text.ts";

/** A row of a JSON document; `row` is null for one that is no object. */
export type JsonRow = { row: JsonObject | null; where: string };

/**
 * The rows of a JSON answer: the list under `key`, or the document itself where `key` is null.
 *
 * Fails as `readJsonDocument` does, and with `wrong_shape` where the list is not there.
 */
export function jsonRows(
  source: string,
  raw: Uint8Array | string,
  key: string | null,
): Result<JsonRow[], SourceFailure> {
  const json = readJsonDocument(source, raw);
  if (!json.ok) return json;
  const list = asArray(key === null ? json.value : asObject(json.value)?.[key]);
  if (list === null) {
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    const check = key === null ? "a list" : `a list under /${key}`;
    return err(sourceFailure(source, "wrong_shape", check, `The document is not ${check}.`, excerpt));
  }
  const at = key === null ? jsonPointer() : jsonPointer(key);
  return ok(list.map((value, index) => ({ row: asObject(value), where: below(at, index) })));
}

/** Notes a row that was left out and raises an alert of that kind. */
export function refuseJsonRow(collector: OfferingCollector, where: string, detail: string): void {
  collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail });
  collector.alert("refused_rows", detail, where);
}

/** Notes an offering whose row gave no price at all. */
export function refuseUnpriced(collector: OfferingCollector, where: string, offering: string): void {
  collector.refuse({ kind: "no_price", where, offering, meter: null, detail: "no price was readable" });
}
