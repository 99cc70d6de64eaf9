import type { DocumentRate, Meter, Result } from "@ratebook/core";
import { asArray, asText, asWhole, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import { type JsonRow, jsonRows, refuseJsonRow, refuseUnpriced } from "../../document/json-rows.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/** xAI's list of language models: whole numbers, ten thousand of which are a dollar per million tokens. */
export const xai: PriceSource = {
  id: "xai",
  title: "xAI language models API",
  homepage: "https://docs.x.ai/docs/models",
  defaultUrl: "https://api.x.ai/v1/language-models",
  hosts: ["api.x.ai"],
  contentTypes: ["application/json"],
  schedule: "19 */6 * * *",
  freshnessHours: 48,
  kind: "json",
  key: { env: "XAI_API_KEY", header: "authorization", prefix: "Bearer " },
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const rows = jsonRows(xai.id, raw, "models");
  if (!rows.ok) return rows;
  const collector = offeringCollector(xai.id, context.fetchedAt);
  for (const row of rows.value) collectModel(collector, row);
  return collector.finish();
}

function collectModel(collector: OfferingCollector, { row, where }: JsonRow): void {
  const id = asText(row?.id);
  if (row === null || id === null) {
    refuseJsonRow(collector, where, "no id");
    return;
  }
  const offering = `xai/${id}`;
  const above = longContextAbove(row);
  const rates = Object.entries(row).flatMap(([key, value]): DocumentRate[] => {
    const isLong = key.endsWith(LONG);
    const meter = METERS.get(isLong ? key.slice(0, -LONG.length) : key);
    const place = below(where, key);
    if (meter === undefined) {
      if (/_price(_|$)/.test(key)) collector.alert("unknown_price_key", key, place);
      return [];
    }
    if (value === null || (isLong && above === null)) return [];
    const when = isLong && above !== null ? { total_input_tokens_above: above } : {};
    const about = { offering, meter, value, per: 1_000_000, when, where: place };
    const rate = collector.price({
      ...about,
      tenfold: -4,
      zeroMeansNone: isLong || meter === "image_input_tokens",
    });
    return rate === null ? [] : [rate];
  });
  if (rates.length === 0) {
    refuseUnpriced(collector, where, offering);
    return;
  }
  const aliases = (asArray(row.aliases) ?? []).flatMap((alias) => asText(alias) ?? []);
  // Names that move on to the next model are no names of this one.
  const fixed = aliases.filter(
    (alias) => !/(^|-)latest$/.test(alias) && /^\S{1,200}$/.test(alias) && alias !== id,
  );
  collector.offer({ provider: "xai", model: id, modality: "language", aliases: fixed, rates, where });
}

/** Input tokens above which the long-context prices hold; null where the model has none. */
function longContextAbove(row: JsonObject): number | null {
  const threshold = asWhole(row.long_context_threshold);
  return threshold !== null && threshold > 0 ? threshold : null;
}

const LONG = "_long_context";

const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["prompt_text_token_price", "input_tokens"],
  ["cached_prompt_text_token_price", "cache_read_tokens"],
  ["prompt_image_token_price", "image_input_tokens"],
  ["completion_text_token_price", "output_tokens"],
]);
