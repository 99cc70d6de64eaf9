import type { Result } from "@ratebook/core";
import { asObject, asText } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow, refuseUnpriced } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { readPrice } from "../../document/price-text.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/**
 * ElevenLabs' speech models. The API gives credits for a character, and a thousand credits are $0.10 on its page
 * (https://elevenlabs.io/pricing/api, read 2026-11-22), so moving the point of the multiplier by one gives dollars
 * per thousand characters. Transcription and clones are not in it.
 */
export const elevenlabs: PriceSource = {
  id: "elevenlabs",
  title: "ElevenLabs models API",
  homepage: "https://elevenlabs.io/pricing/api",
  defaultUrl: "https://api.elevenlabs.io/v1/models",
  hosts: ["api.elevenlabs.io"],
  contentTypes: ["application/json"],
  schedule: "37 */6 * * *",
  freshnessHours: 72,
  kind: "json",
  key: { env: "ELEVENLABS_API_KEY", header: "xi-api-key", prefix: "" },
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(elevenlabs.id, raw, null);
  if (!rows.ok) return rows;
  const collector = offeringCollector(elevenlabs.id, context.fetchedAt);
  for (const row of rows.value) collectModel(collector, row);
  return collector.finish();
}

function collectModel(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.model_id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no model_id");
    return;
  }
  const offering = `elevenlabs/${id}`;
  const ratesOf = asObject(row.model_rates);
  if (row.can_do_text_to_speech !== true || ratesOf === null) {
    refuseUnpriced(collector, where, offering);
    return;
  }
  const place = below(where, "model_rates");
  const discount = readPrice(ratesOf.cost_discount_multiplier ?? "1");
  if (!discount.ok || discount.value !== "1") {
    const detail = "a discount of this account, not the list price";
    const about = { where: below(place, "cost_discount_multiplier"), offering, detail };
    collector.refuse({ ...about, kind: "unsupported_condition", meter: "tts_character" });
    return;
  }
  const rate = collector.price({
    offering,
    meter: "tts_character",
    value: ratesOf.character_cost_multiplier,
    per: 1000,
    tenfold: -1,
    where: below(place, "character_cost_multiplier"),
  });
  if (rate === null) return;
  const name = asText(row.name) ?? undefined;
  collector.offer({ provider: "elevenlabs", model: id, modality: "tts", name, rates: [rate], where });
}
