import { err, type Result } from "@ratebook/core";
import { asObject, asText, type JsonObject } from "../../document/digits-json.ts";
import { jsonPointer } from "../../document/json-pointer.ts";
import { type Medium, withMediaInput } from "../../document/media-input.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { providerName } from "../../document/provider-name.ts";
import { readJsonDocument } from "../../document/read-json.ts";
import { sourceFailure } from "../../document/read-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { modelRates } from "./model-rates.ts";
import { modalityOfMode, modelNames, type RouteKey } from "./offering-name.ts";

/** LiteLLM's community file: every mode it prices; the widest list and the least trusted. */
export const litellm: PriceSource = {
  id: "litellm",
  title: "LiteLLM model prices",
  homepage: "https://github.com/BerriAI/litellm",
  defaultUrl: "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
  hosts: ["raw.githubusercontent.com"],
  contentTypes: ["application/json", "text/plain"],
  schedule: "17 */6 * * *",
  freshnessHours: 48,
  kind: "json",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const json = readJsonDocument(litellm.id, raw);
  if (!json.ok) return json;
  const models = asObject(json.value);
  if (models === null) {
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    const message = "The document is not an object of models.";
    return err(sourceFailure(litellm.id, "wrong_shape", "an object of models", message, excerpt));
  }
  const collector = offeringCollector(litellm.id, context.fetchedAt);
  const rows = readRows(collector, models);
  const names = modelNames(rows);
  for (const row of rows) collectModel(collector, row, names.get(row.key) ?? row.key);
  return collector.finish();
}

type Row = RouteKey & { model: JsonObject; where: string };

function readRows(collector: OfferingCollector, models: JsonObject): Row[] {
  return Object.entries(models).flatMap(([key, value]): Row[] => {
    if (NOT_MODELS.has(key)) return [];
    const where = jsonPointer(key);
    const model = asObject(value);
    const provider = asText(model?.litellm_provider);
    if (model === null || provider === null || provider === "") {
      const detail = model === null ? "not an object" : "no litellm_provider";
      collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail });
      collector.alert("refused_rows", detail, where);
      return [];
    }
    return [{ key, provider: providerName(provider), model, where }];
  });
}

function collectModel(collector: OfferingCollector, row: Row, name: string): void {
  const { model, provider, where } = row;
  const offering = `${provider}/${name}`;
  const modality = modalityOfMode(asText(model.mode));
  if (modality === null) {
    const detail = `the mode ${JSON.stringify(asText(model.mode)?.slice(0, 40))} is not known`;
    collector.refuse({ kind: "invalid_row", where, offering, meter: null, detail });
    collector.alert("refused_rows", "unknown mode", where);
    return;
  }
  const rates = modelRates(collector, offering, model, modality, where);
  if (rates.length === 0) {
    collector.refuse({ kind: "no_price", where, offering, meter: null, detail: "no price was readable" });
    return;
  }
  const source = asText(model.source);
  const retired = asText(model.deprecation_date);
  collector.offer({
    provider,
    model: name,
    modality,
    aliases: name === row.key ? [] : [row.key],
    sourceUrl:
      source !== null && /^https?:\/\/\S+$/.test(source) && URL.canParse(source) ? source : undefined,
    deprecatedAt: retired !== null && isDay(retired) ? `${retired}T00:00:00Z` : undefined,
    rates: withMediaInput(
      { provider, model: name, modality },
      rates,
      (medium) => takes(model, medium),
      (meter) => collector.hasRefused(offering, meter),
    ),
    where,
  });
}

/** Whether the row says that the model takes the medium, and does not sell it by another measure. */
function takes(model: JsonObject, medium: Medium): boolean {
  if (medium === "image") return model.supports_vision === true && !("input_cost_per_image" in model);
  return model[medium === "video" ? "supports_video_input" : "supports_audio_input"] === true;
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** Keys of the file that are no models: its own manual, and notes of mirrors. */
const NOT_MODELS = new Set(["sample_spec", "fallback_generalizations", "last_updated"]);
