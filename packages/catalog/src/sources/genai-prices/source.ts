import { type DocumentRate, err, type Result } from "@ratebook/core";
import {
  asArray,
  asObject,
  asText,
  asWhole,
  type JsonObject,
  type JsonValue,
} from "../../document/digits-json.ts";
import { below, jsonPointer } from "../../document/json-pointer.ts";
import { withMediaInput } from "../../document/media-input.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { providerName } from "../../document/provider-name.ts";
import { readJsonDocument } from "../../document/read-json.ts";
import { sourceFailure } from "../../document/read-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { bundledGenaiPrices } from "./bundled.ts";
import { modalityOf } from "./modality.ts";
import { CONVERSATION, CONVERSATION_KEY, PRICE_KEYS, type PriceKey, UNMETERED_KEYS } from "./price-keys.ts";
import { type DatedPrices, datedPrices } from "./validity.ts";

/** Pydantic's price list, bundled so that the first start has prices offline; a mirror may serve a newer one. */
export const genaiPrices: PriceSource = {
  id: "genai-prices",
  title: "Pydantic genai-prices (bundled)",
  homepage: "https://github.com/pydantic/genai-prices",
  defaultUrl: null,
  hosts: ["raw.githubusercontent.com"],
  contentTypes: ["application/json", "text/plain"],
  schedule: "5 3 * * *",
  freshnessHours: 24 * 90,
  kind: "bundled",
  bundled: bundledGenaiPrices,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const json = readJsonDocument(genaiPrices.id, raw);
  if (!json.ok) return json;
  const providers = asArray(json.value);
  if (providers === null) {
    const excerpt = typeof raw === "string" ? raw : new TextDecoder().decode(raw);
    const message = "The document is not a list of providers.";
    return err(sourceFailure(genaiPrices.id, "wrong_shape", "a list of providers", message, excerpt));
  }
  const collector = offeringCollector(genaiPrices.id, context.fetchedAt);
  providers.forEach((value, index) => {
    const provider = asObject(value);
    const id = asText(provider?.id);
    const models = asArray(provider?.models);
    const where = jsonPointer(index);
    if (provider === null || id === null || models === null) {
      collector.refuse({
        kind: "invalid_row",
        where,
        offering: null,
        meter: null,
        detail: "no id or no models",
      });
      collector.alert("refused_rows", "provider without id or models", where);
      return;
    }
    const pricingUrl = asText(asArray(provider.pricing_urls)?.[0]);
    const sourceUrl = pricingUrl !== null && URL.canParse(pricingUrl) ? pricingUrl : undefined;
    models.forEach((model, place) => {
      const at = below(where, "models", place);
      collectModel(collector, providerName(id), model, sourceUrl, at, context.fetchedAt);
    });
  });
  return collector.finish();
}

function collectModel(
  collector: OfferingCollector,
  provider: string,
  value: JsonValue,
  sourceUrl: string | undefined,
  where: string,
  asOf: Date,
): void {
  const model = asObject(value);
  const id = asText(model?.id);
  if (model === null || id === null) {
    collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail: "no id" });
    collector.alert("refused_rows", "model without id", where);
    return;
  }
  const offering = `${provider}/${id}`;
  const { dated, refused } = datedPrices(model.prices, below(where, "prices"), asOf);
  for (const entry of refused) {
    collector.refuse({ ...entry, kind: "unsupported_condition", offering, meter: null });
    collector.alert("refused_rows", entry.detail, entry.where);
  }
  const printed = dated.flatMap((entry) => ratesOf(collector, offering, entry));
  if (printed.length === 0) {
    collector.refuse({ kind: "no_price", where, offering, meter: null, detail: "no price was readable" });
    return;
  }
  const modality = modalityOf(provider, id, printed);
  collector.offer({
    provider,
    model: id,
    modality,
    name: asText(model.name) ?? undefined,
    aliases: exactNames(model.match).filter((name) => name !== id),
    sourceUrl,
    checkedAt: checkedAt(model),
    rates: withMediaInput({ provider, model: id, modality }, printed, undefined, (meter) =>
      collector.hasRefused(offering, meter),
    ),
    where,
  });
}

function ratesOf(collector: OfferingCollector, offering: string, entry: DatedPrices): DocumentRate[] {
  return Object.entries(entry.prices).flatMap(([key, value]) => {
    const where = below(entry.where, key);
    const unit = unitOf(key, entry.prices);
    if (unit === "repeats another") return [];
    if (unit === null) {
      const kind = UNMETERED_KEYS.has(key) ? "unmetered_price_key" : "unknown_price_key";
      collector.alert(kind, key, where);
      return [];
    }
    return priceSteps(value, where).flatMap(({ price, above, where: place }) => {
      const when = {
        ...entry.when,
        ...unit.when,
        ...(above === null ? {} : { total_input_tokens_above: above }),
      };
      const rate = collector.price({
        offering,
        meter: unit.meter,
        per: unit.per,
        value: price,
        when,
        where: place,
        validFrom: entry.validFrom,
        validUntil: entry.validUntil,
      });
      return rate === null ? [] : [rate];
    });
  });
}

function unitOf(key: string, prices: JsonObject): PriceKey | "repeats another" | null {
  if (key === CONVERSATION_KEY) return "input_audio_hours" in prices ? "repeats another" : CONVERSATION;
  if (key === "cache_write_5m_mtok" && "cache_write_mtok" in prices) return "repeats another";
  return PRICE_KEYS.get(key) ?? null;
}

/** A plain price, or a base with tiers; a tier's `start` is strict and counts all input tokens. */
function priceSteps(value: JsonValue, where: string) {
  const tiered = asObject(value);
  if (tiered === null) return [{ price: value, above: null, where }];
  const tiers = (asArray(tiered.tiers) ?? []).map((tier, index) => ({
    price: asObject(tier)?.price,
    above: asWhole(asObject(tier)?.start),
    where: below(where, "tiers", index, "price"),
  }));
  const base = { price: tiered.base, above: null, where: below(where, "base") };
  return [base, ...tiers.filter((tier) => tier.above !== null && tier.above > 0)];
}

/** Names the model answers to that are spelled out in full; patterns are not names. */
function exactNames(match: JsonValue | undefined): string[] {
  const rule = asObject(match);
  const equals = asText(rule?.equals);
  if (equals !== null) return [equals].filter((name) => /^\S{1,200}$/.test(name));
  return (asArray(rule?.or) ?? []).flatMap(exactNames);
}

function checkedAt(model: JsonObject): string | undefined {
  const day = asText(model.prices_checked);
  return day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00Z` : undefined;
}
