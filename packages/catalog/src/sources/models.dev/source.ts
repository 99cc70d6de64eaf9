import { type DocumentOffering, err, type Result } from "@ratebook/core";
import { asArray, asObject, asText, type JsonObject, type JsonValue } from "../../document/digits-json.ts";
import { below, jsonPointer } from "../../document/json-pointer.ts";
import { withMediaInput } from "../../document/media-input.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { providerName } from "../../document/provider-name.ts";
import { readJsonDocument } from "../../document/read-json.ts";
import { sourceFailure } from "../../document/read-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { costRates, modeRates } from "./model-rates.ts";
import { PROVIDERS } from "./providers.ts";

/** models.dev's list of language models, kept by hand in public: USD per million tokens. */
export const modelsDev: PriceSource = {
  id: "models.dev",
  title: "models.dev",
  homepage: "https://models.dev",
  defaultUrl: "https://models.dev/api.json",
  hosts: ["models.dev"],
  contentTypes: ["application/json"],
  schedule: "27 */6 * * *",
  freshnessHours: 72,
  kind: "json",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const json = readJsonDocument(modelsDev.id, raw);
  if (!json.ok) return json;
  const providers = asObject(json.value);
  if (
    providers === null ||
    !Object.values(providers).some((provider) => asObject(asObject(provider)?.models))
  ) {
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    const message = "The document is not an object of providers with models.";
    return err(sourceFailure(modelsDev.id, "wrong_shape", "providers with models", message, excerpt));
  }
  const collector = offeringCollector(modelsDev.id, context.fetchedAt);
  for (const [id, value] of Object.entries(providers)) {
    if (!PROVIDERS.has(id)) continue;
    const provider = asObject(value);
    const models = asObject(provider?.models);
    const where = jsonPointer(id);
    if (provider === null || models === null) {
      collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail: "no models" });
      collector.alert("refused_rows", "provider without models", where);
      continue;
    }
    for (const [model, row] of Object.entries(models)) {
      collectModel(collector, providerName(id), model, row, provider, below(where, "models", model));
    }
  }
  return collector.finish();
}

function collectModel(
  collector: OfferingCollector,
  provider: string,
  id: string,
  value: JsonValue,
  owner: JsonObject,
  where: string,
): void {
  const model = asObject(value);
  const offering = `${provider}/${id}`;
  if (model === null) {
    collector.refuse({ kind: "invalid_row", where, offering, meter: null, detail: "not an object" });
    collector.alert("refused_rows", "a model that is no object", where);
    return;
  }
  const [inputs, outputs] = [mediaOf(model, "input"), mediaOf(model, "output")];
  const modality = modalityOf(id, inputs, outputs);
  const priced = { collector, offering, modality, outputs };
  const cost = asObject(model.cost);
  const printed =
    cost === null
      ? []
      : [...costRates(priced, cost, below(where, "cost")), ...modeRates(priced, model, where)];
  if (printed.length === 0) {
    const detail = cost === null ? "no prices are given" : "no price was readable";
    collector.refuse({ kind: "no_price", where, offering, meter: null, detail });
    return;
  }
  const doc = asText(owner.doc);
  collector.offer({
    provider,
    model: id,
    modality,
    name: asText(model.name) ?? undefined,
    sourceUrl: doc !== null && URL.canParse(doc) ? doc : undefined,
    rates: withMediaInput(
      { provider, model: id, modality },
      printed,
      (medium) => inputs.includes(medium),
      (meter) => collector.hasRefused(offering, meter),
    ),
    where,
  });
}

function mediaOf(model: JsonObject, direction: "input" | "output"): string[] {
  return (asArray(asObject(model.modalities)?.[direction]) ?? []).flatMap((medium) => asText(medium) ?? []);
}

function modalityOf(
  id: string,
  inputs: readonly string[],
  outputs: readonly string[],
): DocumentOffering["modality"] {
  if (/embed|(^|[-/])bge-/i.test(id)) return "embedding";
  if (/rerank/i.test(id)) return "rerank";
  if (outputs.includes("video")) return "video";
  if (outputs.includes("image")) return "image";
  if (outputs.includes("audio") && !outputs.includes("text")) return "tts";
  return inputs.length === 1 && inputs[0] === "audio" ? "stt" : "language";
}
