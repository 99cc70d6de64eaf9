/** What one unit of a meter is, and whether it can be counted in parts. */
export type MeterUnit = {
  /** Singular word for one unit, as shown beside a price. */
  unit: string;
  /** True where a quantity must be whole. */
  integer: boolean;
  kind: "tokens" | "count" | "duration" | "infrastructure";
};

const tokens: MeterUnit = { unit: "token", integer: true, kind: "tokens" };
const whole = (unit: string): MeterUnit => ({ unit, integer: true, kind: "count" });
const part = (unit: string): MeterUnit => ({ unit, integer: false, kind: "count" });
const duration = (unit: string): MeterUnit => ({ unit, integer: false, kind: "duration" });
const infrastructure = (unit: string): MeterUnit => ({ unit, integer: false, kind: "infrastructure" });

/** Every built-in meter. A price document may add `x_…` meters beside these. */
export const METERS = {
  input_tokens: tokens,
  cache_read_tokens: tokens,
  cache_write_tokens: tokens,
  cache_write_1h_tokens: tokens,
  output_tokens: tokens,
  reasoning_tokens: tokens,
  citation_tokens: tokens,
  audio_input_tokens: tokens,
  audio_input_cached_tokens: tokens,
  audio_output_tokens: tokens,
  image_input_tokens: tokens,
  image_input_cached_tokens: tokens,
  image_output_tokens: tokens,
  video_input_tokens: tokens,
  video_output_tokens: tokens,
  web_search: whole("search"),
  search_unit: whole("search unit"),
  page: whole("page"),
  tool_session: whole("session"),
  request: whole("request"),
  image: whole("image"),
  megapixel: part("megapixel"),
  video_second: duration("second"),
  video_request: whole("video"),
  video_tokens: tokens,
  tts_character: whole("character"),
  stt_second: duration("second"),
  voice_minute: duration("minute"),
  voice_clone: whole("voice"),
  audio_input_second: duration("second"),
  video_input_second: duration("second"),
  container_day: infrastructure("container day"),
  container_deployment: whole("deployment"),
  storage_gb_day: infrastructure("GB day"),
} as const satisfies Record<string, MeterUnit>;

export type BuiltInMeter = keyof typeof METERS;

/** A built-in meter or one an operator's document defines by data. */
export type Meter = BuiltInMeter | `x_${string}`;

/** Modality of an offering; decides the guard's bounds and where it is shown. */
export const MODALITIES = [
  "language",
  "embedding",
  "image",
  "video",
  "tts",
  "stt",
  "voice",
  "rerank",
  "search",
  "ocr",
  "infrastructure",
  "custom",
] as const;
export type Modality = (typeof MODALITIES)[number];
