import type { DocumentOffering, DocumentRate, Meter, Result } from "@ratebook/core";
import { asObject, asText, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow, refuseUnpriced } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { readPrice } from "../../document/price-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/** Together's own models: a bare list, USD per million tokens. */
export const together: PriceSource = {
  id: "together",
  title: "Together AI models API",
  homepage: "https://www.together.ai/pricing",
  defaultUrl: "https://api.together.xyz/v1/models",
  hosts: ["api.together.xyz", "api.together.ai"],
  contentTypes: ["application/json"],
  schedule: "31 */6 * * *",
  freshnessHours: 48,
  kind: "json",
  key: { env: "TOGETHER_API_KEY", header: "authorization", prefix: "Bearer " },
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(together.id, raw, null);
  if (!rows.ok) return rows;
  const collector = offeringCollector(together.id, context.fetchedAt);
  for (const row of rows.value) collectModel(collector, row);
  return collector.finish();
}

function collectModel(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no id");
    return;
  }
  const offering = `together/${id}`;
  const pricing = asObject(row.pricing) ?? {};
  const modality = MODALITIES.get(asText(row.type) ?? "");
  if (modality === undefined || readPrice(pricing.hourly).ok) {
    // Images, sound and rented machines are listed with the same keys, in units the answer does not say.
    const detail = modality === undefined ? "not sold by the token" : "rented by the hour";
    collector.refuse({ kind: "ambiguous_unit", where, offering, meter: null, detail });
    return;
  }
  const rates = tokenRates(collector, offering, pricing, modality, below(where, "pricing"));
  if (rates.length === 0) {
    refuseUnpriced(collector, where, offering);
    return;
  }
  const name = asText(row.display_name) ?? undefined;
  collector.offer({ provider: "together", model: id, modality, name, rates, where });
}

function tokenRates(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  modality: DocumentOffering["modality"],
  where: string,
): DocumentRate[] {
  return Object.entries(pricing).flatMap(([key, value]): DocumentRate[] => {
    if (value === null || NO_USAGE.has(key)) return [];
    const place = below(where, key);
    const meter = METERS.get(key);
    if (meter === undefined) {
      collector.alert("unknown_price_key", key, place);
      return [];
    }
    const zeroMeansNone = key === "cached_input" || (modality === "embedding" && key === "output");
    const rate = collector.price({ offering, meter, value, per: 1_000_000, where: place, zeroMeansNone });
    return rate === null ? [] : [rate];
  });
}

const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["input", "input_tokens"],
  ["output", "output_tokens"],
  ["cached_input", "cache_read_tokens"],
]);

/** Rent, training and a fee that has never been anything but 0. */
const NO_USAGE = new Set(["hourly", "base", "finetune"]);

const MODALITIES: ReadonlyMap<string, DocumentOffering["modality"]> = new Map<
  string,
  DocumentOffering["modality"]
>([
  ["chat", "language"],
  ["language", "language"],
  ["code", "language"],
  ["moderation", "language"],
  ["embedding", "embedding"],
]);
