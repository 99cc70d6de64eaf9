import type { Conditions, DocumentOffering, Meter } from "@ratebook/core";

/** What a LiteLLM price field is called when its conditions are taken off, and those conditions. */
export type PriceField = {
  base: string;
  /** Prices of an hour's cache lifetime carry `_above_1hr`. */
  hourLong: boolean;
  /** `_above_8s_interval` and the like: no rate can carry it. */
  interval: boolean;
  when: Conditions;
};

/** A meter that a field prices in offerings of some modalities. */
export type FieldMeter = {
  meter: Meter;
  when?: Conditions;
  /** The price moved right by this many places: per pixel to per megapixel. */
  tenfold?: number;
};

/**
 * Takes a price field's name apart: `input_cost_per_token_above_200k_tokens_priority` is `input_cost_per_token`
 * of the priority tier above 200,000 input tokens.
 */
export function readPriceField(name: string): PriceField {
  const field: PriceField = { base: name, hourLong: false, interval: false, when: {} };
  for (let suffix = SUFFIX.exec(field.base); suffix !== null; suffix = SUFFIX.exec(field.base)) {
    const [text, thousands, , tier] = suffix;
    field.base = field.base.slice(0, -text.length);
    if (thousands !== undefined) field.when.total_input_tokens_above = Number(thousands) * 1000;
    else if (tier !== undefined) field.when.service_tier = TIERS.get(tier) ?? "standard";
    else if (text === "_above_1hr") field.hourLong = true;
    else field.interval = true;
  }
  return field;
}

/** Whether a field of a model is about money at all. */
export const isPriceField = (name: string): boolean => /cost|pric|dbu|uplift_multiplier/.test(name);

/** Fields counted in Databricks units, which are no dollars. */
export const isDatabricksUnit = (name: string): boolean => /(^|_)dbu?_cost_/.test(name);

/**
 * The meter a field prices in an offering of this modality; null where it is understood but nothing bills it,
 * undefined where nobody has described it.
 *
 * @param perImageOutput whether the offering also prices the images it makes: then `input_cost_per_image` is
 * about images fed in, otherwise (older image models) it is the price of an image made
 */
export function meterOf(
  field: PriceField,
  modality: DocumentOffering["modality"],
  perImageOutput: boolean,
): FieldMeter | null | undefined {
  if (field.interval) return null;
  if (field.base === "cache_creation_input_token_cost" && field.hourLong)
    return { meter: "cache_write_1h_tokens" };
  if (field.hourLong) return null;
  if (field.base === "input_cost_per_image") {
    return modality === "image" && !perImageOutput ? { meter: "image" } : null;
  }
  const everywhere = ANY_MODALITY.get(field.base);
  if (everywhere !== undefined) return everywhere;
  const row = BY_MODALITY.get(field.base);
  if (row !== undefined) return row[modality] ?? null;
  return UNMETERED.has(field.base) ? null : undefined;
}

const SUFFIX =
  /(?:_above_(\d+)k_tokens|_above_1hr|_above_(\d+)s_interval|_(batches|batch_requests|flex|priority))$/;

const TIERS = new Map<string, "batch" | "flex" | "priority">([
  ["batches", "batch"],
  ["batch_requests", "batch"],
  ["flex", "flex"],
  ["priority", "priority"],
]);

const ANY_MODALITY: ReadonlyMap<string, FieldMeter> = new Map<string, FieldMeter>([
  ["input_cost_per_token", { meter: "input_tokens" }],
  ["output_cost_per_token", { meter: "output_tokens" }],
  ["output_cost_per_reasoning_token", { meter: "reasoning_tokens" }],
  ["cache_read_input_token_cost", { meter: "cache_read_tokens" }],
  ["input_cost_per_token_cache_hit", { meter: "cache_read_tokens" }],
  ["cache_creation_input_token_cost", { meter: "cache_write_tokens" }],
  ["citation_cost_per_token", { meter: "citation_tokens" }],
  ["input_cost_per_audio_token", { meter: "audio_input_tokens" }],
  ["cache_read_input_audio_token_cost", { meter: "audio_input_cached_tokens" }],
  ["cache_read_input_token_cost_per_audio_token", { meter: "audio_input_cached_tokens" }],
  ["output_cost_per_audio_token", { meter: "audio_output_tokens" }],
  ["input_cost_per_image_token", { meter: "image_input_tokens" }],
  ["cache_read_input_image_token_cost", { meter: "image_input_cached_tokens" }],
  ["output_cost_per_image_token", { meter: "image_output_tokens" }],
  ["input_cost_per_video_token", { meter: "video_input_tokens" }],
  ["output_cost_per_image", { meter: "image" }],
  ["output_cost_per_image_premium_image", { meter: "image", when: { quality: "premium" } }],
  ["input_cost_per_audio_per_second", { meter: "audio_input_second" }],
  ["input_cost_per_video_per_second", { meter: "video_input_second" }],
  ["input_cost_per_request", { meter: "request" }],
  ["ocr_cost_per_page", { meter: "page" }],
  ["annotation_cost_per_page", { meter: "page", when: { mode: "annotated" } }],
  ["code_interpreter_cost_per_session", { meter: "tool_session" }],
]);

/** Fields whose meaning depends on the mode. A provisioned chat model's seconds, for one, are rent, not usage. */
const BY_MODALITY: ReadonlyMap<string, { [K in DocumentOffering["modality"]]?: FieldMeter }> = new Map([
  ["input_cost_per_character", { tts: { meter: "tts_character" } }],
  ["input_cost_per_second", { stt: { meter: "stt_second" } }],
  ["output_cost_per_second", { stt: { meter: "stt_second" }, video: { meter: "video_second" } }],
  ["output_cost_per_second_1080p", { video: { meter: "video_second", when: { resolution: "1080p" } } }],
  ["output_cost_per_video_per_second", { video: { meter: "video_second" } }],
  ["cost_per_image", { image: { meter: "image" } }],
  ["input_cost_per_pixel", { image: { meter: "megapixel", tenfold: 6 } }],
  ["output_cost_per_pixel", { image: { meter: "megapixel", tenfold: 6 } }],
  ["input_cost_per_query", { rerank: { meter: "search_unit" }, search: { meter: "web_search" } }],
]);

/** Understood, and billed by no meter of ours. */
const UNMETERED = new Set([
  "cache_creation_input_audio_token_cost",
  "output_cost_per_character",
  "output_cost_per_audio_per_second",
  "output_cost_per_image_above_512_and_512_pixels",
  "output_cost_per_image_above_512_and_512_pixels_and_premium_image",
  "output_cost_per_image_above_1024_and_1024_pixels",
  "output_cost_per_image_above_1024_and_1024_pixels_and_premium_image",
  "ocr_cost_per_credit",
  "computer_use_input_cost_per_1k_tokens",
  "computer_use_output_cost_per_1k_tokens",
  "file_search_cost_per_1k_calls",
  "file_search_cost_per_gb_per_day",
  "vector_store_cost_per_gb_per_day",
  "regional_processing_uplift_multiplier_eu",
  "regional_processing_uplift_multiplier_us",
]);
