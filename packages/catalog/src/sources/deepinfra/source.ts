import type { DocumentOffering, DocumentRate, Meter, Result } from "@ratebook/core";
import { asArray, asObject, asText, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow, refuseUnpriced } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/** DeepInfra's own models: USD per million tokens. */
export const deepinfra: PriceSource = {
  id: "deepinfra",
  title: "DeepInfra models API",
  homepage: "https://deepinfra.com/pricing",
  defaultUrl: "https://api.deepinfra.com/v1/openai/models",
  hosts: ["api.deepinfra.com"],
  contentTypes: ["application/json"],
  schedule: "29 */6 * * *",
  freshnessHours: 48,
  kind: "json",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(deepinfra.id, raw, "data");
  if (!rows.ok) return rows;
  const collector = offeringCollector(deepinfra.id, context.fetchedAt);
  for (const row of rows.value) collectModel(collector, row);
  return collector.finish();
}

function collectModel(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no id");
    return;
  }
  const offering = `deepinfra/${id}`;
  const metadata = asObject(row.metadata);
  const modality = modalityOf(id, metadata);
  const place = below(where, "metadata", "pricing");
  const rates = Object.entries(asObject(metadata?.pricing) ?? {}).flatMap(([key, value]): DocumentRate[] => {
    const meter = METERS.get(key);
    if (value === null) return [];
    if (meter === undefined) {
      collector.alert("unknown_price_key", key, below(place, key));
      return [];
    }
    const zeroMeansNone = modality !== "language" || meter === "cache_read_tokens";
    const rate = collector.price({
      offering,
      meter,
      value,
      per: 1_000_000,
      where: below(place, key),
      zeroMeansNone,
    });
    return rate === null ? [] : [rate];
  });
  if (rates.length === 0) {
    refuseUnpriced(collector, where, offering);
    return;
  }
  collector.offer({ provider: "deepinfra", model: id, modality, rates, where });
}

function modalityOf(id: string, metadata: JsonObject | null): DocumentOffering["modality"] {
  const tags = (asArray(metadata?.tags) ?? []).map(asText);
  if (tags.includes("embed") || tags.includes("embeddings") || /embed|(^|[-/])bge-/i.test(id))
    return "embedding";
  return tags.includes("rerank") || /rerank/i.test(id) ? "rerank" : "language";
}

const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["input_tokens", "input_tokens"],
  ["output_tokens", "output_tokens"],
  ["cache_read_tokens", "cache_read_tokens"],
]);
