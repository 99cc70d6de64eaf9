import type { DocumentOffering, DocumentRate, Meter, Result } from "@ratebook/core";
import { asObject, asText, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow, refuseUnpriced } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { imageRates, tierRates, videoRates, videoTokenRates } from "./price-tables.ts";

/** Vercel's AI Gateway: its own routes, USD per token, image and second as decimal strings. */
export const vercelGateway: PriceSource = {
  id: "vercel-gateway",
  title: "Vercel AI Gateway models API",
  homepage: "https://vercel.com/ai-gateway/models",
  defaultUrl: "https://ai-gateway.vercel.sh/v1/models",
  hosts: ["ai-gateway.vercel.sh"],
  contentTypes: ["application/json"],
  schedule: "11 * * * *",
  freshnessHours: 12,
  kind: "json",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(vercelGateway.id, raw, "data");
  if (!rows.ok) return rows;
  const collector = offeringCollector(vercelGateway.id, context.fetchedAt);
  for (const row of rows.value) collectModel(collector, row);
  return collector.finish();
}

function collectModel(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.id);
  const pricing = asObject(row?.pricing);
  if (row === null || id === null || pricing === null) {
    refuseJsonRow(collector, where, "no id or no pricing");
    return;
  }
  const modality = MODALITIES.get(asText(row.type) ?? "language");
  if (modality === undefined) {
    refuseJsonRow(collector, where, "a type that is not known");
    return;
  }
  const rates = modelRates(collector, `vercel/${id}`, pricing, modality, below(where, "pricing"));
  if (rates.length === 0) {
    refuseUnpriced(collector, where, `vercel/${id}`);
    return;
  }
  collector.offer({
    provider: "vercel",
    model: id,
    modality,
    name: asText(row.name) ?? undefined,
    rates,
    where,
  });
}

function modelRates(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  modality: DocumentOffering["modality"],
  where: string,
): DocumentRate[] {
  return Object.entries(pricing).flatMap(([key, value]): DocumentRate[] => {
    if (value === null) return [];
    const place = below(where, key);
    const priced = { collector, offering, value, where: place };
    const meter = METERS.get(key);
    if (meter !== undefined) {
      // Image and video models were listed with "0" for what is not sold by the token.
      const zeroMeansNone = modality !== "language" || !IN_AND_OUT.has(key);
      const rate = collector.price({ offering, meter, value, per: 1, where: place, zeroMeansNone });
      return rate === null ? [] : [rate];
    }
    const tiered = key.endsWith("_tiers") ? METERS.get(key.slice(0, -"_tiers".length)) : undefined;
    if (tiered !== undefined) return tierRates(priced, tiered, key.slice(0, -"_tiers".length) in pricing);
    if (key === "image_dimension_quality_pricing") return imageRates(priced);
    if (key === "video_duration_pricing") return videoRates(priced);
    if (key === "video_token_pricing") return videoTokenRates(priced);
    if (key === "web_search") {
      const detail = "per call or per thousand calls: the answer does not say";
      const printed = asText(value) ?? "";
      collector.refuse({
        kind: "ambiguous_unit",
        where: place,
        offering,
        meter: "web_search",
        printed,
        detail,
      });
      return [];
    }
    collector.alert("unknown_price_key", key, place);
    return [];
  });
}

const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["input", "input_tokens"],
  ["output", "output_tokens"],
  ["input_cache_read", "cache_read_tokens"],
  ["input_cache_write", "cache_write_tokens"],
  ["image", "image"],
]);

const IN_AND_OUT = new Set(["input", "output"]);

const MODALITIES: ReadonlyMap<string, DocumentOffering["modality"]> = new Map<
  string,
  DocumentOffering["modality"]
>([
  ["language", "language"],
  ["realtime", "language"],
  ["embedding", "embedding"],
  ["image", "image"],
  ["video", "video"],
  ["reranking", "rerank"],
  ["transcription", "stt"],
  ["speech", "tts"],
]);
