import type { DocumentOffering, Meter, Result } from "@ratebook/core";
import { asText } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { VIDEO } from "../starter/video.ts";

/**
 * fal's pricing API: one price for each endpoint, asked for by name. It does not say how sound, resolution or
 * length change a price; for endpoints where they do, the starter rows stand above it.
 */
export const fal: PriceSource = {
  id: "fal",
  title: "fal pricing API",
  homepage: "https://fal.ai/pricing",
  defaultUrl: `https://api.fal.ai/v1/models/pricing?${new URLSearchParams(VIDEO.map(({ model }) => ["endpoint_id", model]))}`,
  hosts: ["api.fal.ai"],
  contentTypes: ["application/json"],
  schedule: "43 */6 * * *",
  freshnessHours: 72,
  kind: "json",
  key: { env: "FAL_KEY", header: "authorization", prefix: "Key " },
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(fal.id, raw, "prices");
  if (!rows.ok) return rows;
  const collector = offeringCollector(fal.id, context.fetchedAt);
  for (const row of rows.value) collectEndpoint(collector, row);
  return collector.finish();
}

function collectEndpoint(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.endpoint_id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no endpoint_id");
    return;
  }
  const offering = `fal/${id}`;
  const currency = asText(row.currency) ?? "not stated";
  if (currency !== "USD") {
    const detail = `the currency is ${currency.slice(0, 20)}`;
    collector.refuse({ kind: "not_usd", where, offering, meter: null, detail });
    return;
  }
  const unit = asText(row.unit) ?? "";
  const sold = UNITS.find(({ names }) => names.includes(unit.toLowerCase()));
  const about = sold === undefined ? undefined : soldAs(sold, id);
  if (about === undefined) {
    const detail = `the unit ${JSON.stringify(unit.slice(0, 40))} has no meter here`;
    collector.refuse({ kind: "ambiguous_unit", where, offering, meter: null, detail });
    return;
  }
  const { meter, per, modality } = about;
  const rate = collector.price({
    offering,
    meter,
    value: row.unit_price,
    per,
    where: below(where, "unit_price"),
  });
  if (rate === null) return;
  const aliases = id.startsWith("fal-ai/") ? [id.slice("fal-ai/".length)] : [];
  collector.offer({
    provider: "fal",
    model: id,
    modality,
    aliases,
    sourceUrl: `https://fal.ai/models/${id}`,
    rates: [rate],
    where,
  });
}

type Sold = { meter: Meter; per: number; modality: DocumentOffering["modality"] };

/** A unit of time is of what the endpoint makes or takes; its name tells which, or the price is not read. */
function soldAs(sold: (typeof UNITS)[number], id: string): Sold | undefined {
  if (sold.seconds === undefined) return sold.as;
  if (/(^|[-/])(text|image|reference|video)-to-video($|[-/])|veo|sora/.test(id)) {
    return { meter: "video_second", per: sold.seconds, modality: "video" };
  }
  if (/speech-to-text|whisper|transcri/.test(id))
    return { meter: "stt_second", per: sold.seconds, modality: "stt" };
  return undefined;
}

const UNITS: readonly { names: readonly string[]; as?: Sold; seconds?: number }[] = [
  { names: ["image", "images"], as: { meter: "image", per: 1, modality: "image" } },
  { names: ["megapixel", "megapixels"], as: { meter: "megapixel", per: 1, modality: "image" } },
  { names: ["video_second", "video_seconds"], as: { meter: "video_second", per: 1, modality: "video" } },
  { names: ["video", "videos"], as: { meter: "video_request", per: 1, modality: "video" } },
  { names: ["1000 characters"], as: { meter: "tts_character", per: 1000, modality: "tts" } },
  { names: ["second", "seconds"], seconds: 1 },
  { names: ["minute", "minutes"], seconds: 60 },
];
