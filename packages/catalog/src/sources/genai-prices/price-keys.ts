import type { Conditions, Meter } from "@ratebook/core";

/** What one unit of a genai-prices key is: the meter, and how many of its units the price is for. */
export type PriceKey = { meter: Meter; per: number; when?: Conditions };

const perMillion = (meter: Meter): PriceKey => ({ meter, per: 1_000_000 });

/** Price keys of the unit registry that a meter can bill. Units: prices/units.yml of pydantic/genai-prices. */
export const PRICE_KEYS: ReadonlyMap<string, PriceKey> = new Map<string, PriceKey>([
  ["input_mtok", perMillion("input_tokens")],
  ["output_mtok", perMillion("output_tokens")],
  ["cache_read_mtok", perMillion("cache_read_tokens")],
  ["cache_write_mtok", perMillion("cache_write_tokens")],
  ["cache_write_5m_mtok", perMillion("cache_write_tokens")],
  ["cache_write_1h_mtok", perMillion("cache_write_1h_tokens")],
  ["output_reasoning_mtok", perMillion("reasoning_tokens")],
  ["output_citation_mtok", perMillion("citation_tokens")],
  ["input_audio_mtok", perMillion("audio_input_tokens")],
  ["cache_audio_read_mtok", perMillion("audio_input_cached_tokens")],
  ["output_audio_mtok", perMillion("audio_output_tokens")],
  ["input_image_mtok", perMillion("image_input_tokens")],
  ["cache_image_read_mtok", perMillion("image_input_cached_tokens")],
  ["output_image_mtok", perMillion("image_output_tokens")],
  ["input_video_mtok", perMillion("video_input_tokens")],
  ["output_video_mtok", perMillion("video_output_tokens")],
  ["web_searches_kcount", { meter: "web_search", per: 1000 }],
  ["requests_kcount", { meter: "request", per: 1000 }],
  ["input_document_kpages", { meter: "page", per: 1000 }],
  ["input_annotated_document_kpages", { meter: "page", per: 1000, when: { mode: "annotated" } }],
  ["input_audio_hours", { meter: "stt_second", per: 3600 }],
]);

/** `audio_hours` beside `input_audio_hours` repeats it; alone it is a conversation, billed by the minute. */
export const CONVERSATION_KEY = "audio_hours";
export const CONVERSATION: PriceKey = { meter: "voice_minute", per: 60 };

/** Keys of the registry that no meter bills: calls of a hosted file search, code runs, text messages. */
export const UNMETERED_KEYS = new Set([
  "storage_searches_kcount",
  "code_executions_kcount",
  "input_text_messages_kcount",
]);
