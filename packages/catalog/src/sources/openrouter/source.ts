import { type DocumentOffering, err, type Result } from "@ratebook/core";
import { asArray, asObject, asText, type JsonObject, type JsonValue } from "../../document/digits-json.ts";
import { below, jsonPointer } from "../../document/json-pointer.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { readPrice } from "../../document/price-text.ts";
import { readJsonDocument } from "../../document/read-json.ts";
import { sourceFailure } from "../../document/read-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { baseRates } from "./base-rates.ts";
import { overrideRates } from "./overrides.ts";

/** OpenRouter's public model list: its own routes, USD per token as decimal strings. */
export const openrouter: PriceSource = {
  id: "openrouter",
  title: "OpenRouter models API",
  homepage: "https://openrouter.ai/docs/api-reference/list-available-models",
  defaultUrl: "https://openrouter.ai/api/v1/models",
  hosts: ["openrouter.ai"],
  contentTypes: ["application/json"],
  schedule: "*/30 * * * *",
  freshnessHours: 6,
  kind: "json",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const json = readJsonDocument(openrouter.id, raw);
  if (!json.ok) return json;
  const found = modelList(json.value);
  if (found === null) {
    const message = "The answer has no list of models under `data`.";
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    return err(sourceFailure(openrouter.id, "wrong_shape", "a list under /data", message, excerpt));
  }
  const collector = offeringCollector(openrouter.id, context.fetchedAt);
  found.models.forEach((model, index) => {
    collectModel(collector, model, below(found.where, index));
  });
  return collector.finish();
}

/** The list itself, or the list inside a recorded answer (`{ url, fetched_at, body }`). */
function modelList(json: JsonValue): { models: readonly JsonValue[]; where: string } | null {
  const direct = asArray(asObject(json)?.data);
  if (direct !== null) return { models: direct, where: jsonPointer("data") };
  const recorded = asArray(asObject(asObject(json)?.body)?.data);
  return recorded === null ? null : { models: recorded, where: jsonPointer("body", "data") };
}

function collectModel(collector: OfferingCollector, value: JsonValue, where: string): void {
  const model = asObject(value);
  const id = asText(model?.id);
  const pricing = asObject(model?.pricing);
  if (model === null || id === null || pricing === null) {
    collector.refuse({
      kind: "invalid_row",
      where,
      offering: null,
      meter: null,
      detail: "no id or no pricing",
    });
    collector.alert("refused_rows", "no id or no pricing", where);
    return;
  }
  const offering = `openrouter/${id}`;
  if (id.startsWith("~")) {
    const target = asText(asObject(model.alias_target)?.slug) ?? "another model";
    collector.refuse({ kind: "alias", where, offering, meter: null, detail: `a moving name for ${target}` });
    return;
  }
  const prompt = readPrice(pricing.prompt);
  if (!prompt.ok && prompt.error === "dynamic") {
    const detail = "-1: the route decides the price";
    collector.refuse({ kind: "dynamic_price", where, offering, meter: null, detail });
    return;
  }
  // Lyria was listed with only zeros while it costs by the song: zeros alone do not say "free", the suffix does.
  const free = id.endsWith(":free");
  const place = below(where, "pricing");
  const base = baseRates(collector, offering, pricing, place, free);
  const rates = [...base, ...overrideRates(collector, offering, pricing, base, place, free)];
  if (rates.length === 0) {
    collector.refuse({ kind: "no_price", where, offering, meter: null, detail: "no price was readable" });
    return;
  }
  collector.offer({
    provider: "openrouter",
    model: id,
    modality: modalityOf(model),
    name: asText(model.name) ?? undefined,
    aliases: datedName(model, id),
    deprecatedAt: expiry(model),
    rates,
    where,
  });
}

/** The dated name of a model; its free and batch variants share it, so only the plain route carries it. */
function datedName(model: JsonObject, id: string): string[] {
  const slug = asText(model.canonical_slug);
  return slug === null || slug === id || id.includes(":") ? [] : [slug];
}

function expiry(model: JsonObject): string | undefined {
  const day = asText(model.expiration_date);
  return day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : undefined;
}

function modalityOf(model: JsonObject): DocumentOffering["modality"] {
  const outputs = asArray(asObject(model.architecture)?.output_modalities)?.map(asText) ?? [];
  for (const [output, modality] of OUTPUT_MODALITIES) if (outputs.includes(output)) return modality;
  return "language";
}

const OUTPUT_MODALITIES = [
  ["video", "video"],
  ["image", "image"],
  ["embeddings", "embedding"],
  ["rerank", "rerank"],
  ["speech", "tts"],
  ["transcription", "stt"],
] as const satisfies readonly (readonly [string, DocumentOffering["modality"]])[];
