import type { Meter } from "../meter/meters.ts";
import { type Fraction, fraction } from "../money/fraction.ts";
import type { GuardProfile } from "./guard-decision.ts";
import type { UnitPrice } from "./markup.ts";

/** The guard's numbers for one kind of source. null switches a rule off. */
export type GuardThresholds = {
  /** A new price outside [low, high] times the old one is held. */
  hold: { low: Fraction; high: Fraction } | null;
  /** Outside this it is quarantined. The edges themselves are inside. */
  quarantine: { low: Fraction; high: Fraction };
  /** A second source this close to the new price, as a share of it, releases a hold. */
  witnessWithin: Fraction;
  /** More offerings repriced at once than this hold the batch. */
  repricedAtOnceMax: number | null;
  /** This many offerings of one provider born beyond their bounds quarantine what else of it is new. */
  wrongUnitOfferingsMin: number;
  /** This many offerings of a provider with the same price point stopped hold it where it is new. */
  columnOfferingsMin: number;
  /** So many known offerings, and such a share of them, with a stopped price hold all a document changes. */
  driftOfferingsMin: number;
  driftShareMin: Fraction;
  /** A document with a smaller share of the last one's offerings is refused. */
  offeringsShareMin: Fraction | null;
  /** A greater share of the offerings missing raises an alert; missing ones are served on in any case. */
  missingShareMax: Fraction;
  /** Syncs in a row a rate must be missing before it is retired. */
  missingSyncsMin: number;
  /** A rate that changed less than this ago is held when it changes again. */
  changeIntervalMinMs: number | null;
};

/**
 * Evidence: 1,039 versions of LiteLLM's price file over 35 months.
 *
 * [0.5, 2] alerts on 8.5 models a month. [0.2, 5] is confirmable: two real cuts were exactly a fifth. 3 versions
 * repriced more than 20 models, 2 of them by a wrong unit. 8 versions lost more than 2 % of the models; of 338
 * models that vanished 300 came back within a week, hence seven daily syncs.
 */
const COMMON: GuardThresholds = {
  hold: { low: fraction(1n, 2n), high: fraction(2n, 1n) },
  quarantine: { low: fraction(1n, 5n), high: fraction(5n, 1n) },
  witnessWithin: fraction(1n, 100n),
  repricedAtOnceMax: 20,
  // On 2025-10-06 watsonx came with 25 models priced per thousand tokens instead of one; the rows of 8 stayed below
  // $200 a million in and $1,000 out.
  wrongUnitOfferingsMin: 3,
  // The widest real day, 42 offerings of OpenRouter's 330 repriced, is an eighth, most of it believable.
  driftOfferingsMin: 3,
  columnOfferingsMin: 2,
  driftShareMin: fraction(20n, 100n),
  offeringsShareMin: fraction(70n, 100n),
  missingShareMax: fraction(2n, 100n),
  missingSyncsMin: 7,
  changeIntervalMinMs: null,
};

/** The numbers by profile. */
export const GUARD_THRESHOLDS: { readonly [P in GuardProfile]: GuardThresholds } = {
  default: COMMON,
  // About eleven repricings a day, nine in ten within [0.5, 2], and 62 prices that went A, B, A within 45 days:
  // a second change within six hours waits until it has lasted. Recordings one or two weeks apart differ in the
  // prices of 20, 38 and 42 offerings, so a hundred at once is no market.
  openrouter: { ...COMMON, repricedAtOnceMax: 100, changeIntervalMinMs: 6 * 60 * 60 * 1000 },
  // The operator means what they import; a factor of five is what a slipped decimal point or unit looks like.
  operator: { ...COMMON, hold: null, repricedAtOnceMax: null, offeringsShareMin: null },
};

/** Shape of a language model's text rates; outside it two columns were probably confused. */
export const SHAPE_BOUNDS = {
  outputToInputMin: fraction(1n, 2n),
  outputToInputMax: fraction(12n, 1n),
  // The dearest real cache write is twice input, for an hour.
  cacheWriteToInputMax: fraction(21n, 10n),
} as const;

const million = 1_000_000;
const inputBound: UnitPrice = { usd: "200", per: million };
const outputBound: UnitPrice = { usd: "1000", per: million };

/**
 * The greatest believable price of a meter; three quarters of the big corrections in LiteLLM's history were of
 * values born wrong, which no ratio sees.
 *
 * Text: 141 models were born above, of them three rightly (o1-pro at $600 output is the dearest). The others
 * are five to twenty times the dearest price any source lists, so that a wrong unit (per thousand read as per
 * one) trips them and a dear model does not.
 */
export const BIRTH_BOUNDS: { readonly [M in Exclude<Meter, `x_${string}`>]: UnitPrice } = {
  input_tokens: inputBound,
  cache_read_tokens: inputBound,
  cache_write_tokens: { usd: "420", per: million },
  cache_write_1h_tokens: { usd: "420", per: million },
  output_tokens: outputBound,
  reasoning_tokens: outputBound,
  citation_tokens: inputBound,
  audio_input_tokens: { usd: "500", per: million },
  audio_input_cached_tokens: inputBound,
  audio_output_tokens: outputBound,
  image_input_tokens: inputBound,
  image_input_cached_tokens: inputBound,
  image_output_tokens: outputBound,
  video_input_tokens: inputBound,
  video_output_tokens: outputBound,
  web_search: { usd: "1", per: 1 },
  search_unit: { usd: "1", per: 1 },
  page: { usd: "1", per: 1 },
  tool_session: { usd: "5", per: 1 },
  request: { usd: "10", per: 1 },
  image: { usd: "5", per: 1 },
  megapixel: { usd: "2", per: 1 },
  video_second: { usd: "10", per: 1 },
  video_request: { usd: "50", per: 1 },
  video_tokens: { usd: "200", per: million },
  // A plan's overage of $0.30 per thousand characters is the dearest ever quoted.
  tts_character: { usd: "2", per: 1000 },
  stt_second: { usd: "10", per: 3600 },
  voice_minute: { usd: "5", per: 1 },
  voice_clone: { usd: "100", per: 1 },
  audio_input_second: { usd: "1", per: 60 },
  video_input_second: { usd: "1", per: 1 },
  container_day: { usd: "1000", per: 1 },
  container_deployment: { usd: "1000", per: 1 },
  storage_gb_day: { usd: "10", per: 1 },
};

/** For meters the operator defines; only they know what is dear, so it stops slips of several digits alone. */
export const CUSTOM_BIRTH_BOUND: UnitPrice = { usd: "10000", per: 1 };
