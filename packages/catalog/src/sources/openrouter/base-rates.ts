import {
  compareFractions,
  type DocumentRate,
  type Meter,
  multiplyFractions,
  parseDecimal,
} from "@ratebook/core";
import type { JsonObject, JsonValue } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";
import { readPrice } from "../../document/price-text.ts";

/** OpenRouter's price keys and the meters they price; the unit is one token, one search or one request. */
export const PRICE_KEYS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["prompt", "input_tokens"],
  ["completion", "output_tokens"],
  ["input_cache_read", "cache_read_tokens"],
  ["input_cache_write", "cache_write_tokens"],
  ["input_cache_write_1h", "cache_write_1h_tokens"],
  ["internal_reasoning", "reasoning_tokens"],
  ["audio", "audio_input_tokens"],
  ["audio_output", "audio_output_tokens"],
  ["input_audio_cache", "audio_input_cached_tokens"],
  ["image", "image_input_tokens"],
  ["image_output", "image_output_tokens"],
  ["web_search", "web_search"],
  ["request", "request"],
]);

/**
 * The rates of a model's `pricing` object without its overrides.
 *
 * A 0 is a price only on a free route; elsewhere it is refused for tokens and means "not charged here" for the
 * other keys. A key that is not in the table raises an alert and the other prices stand.
 */
export function baseRates(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  where: string,
  free: boolean,
): DocumentRate[] {
  const rates: DocumentRate[] = [];
  for (const [key, value] of Object.entries(pricing)) {
    if (NOT_PRICES.has(key)) continue;
    const meter = PRICE_KEYS.get(key);
    if (meter === undefined) {
      collector.alert("unknown_price_key", key, below(where, key));
      continue;
    }
    const rate = keyRate(collector, offering, pricing, key, meter, value, below(where, key), free);
    if (rate !== null) rates.push(rate);
  }
  return rates;
}

/** Reads one key's price, or notes why there is none. */
export function keyRate(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  key: string,
  meter: Meter,
  value: JsonValue | undefined,
  where: string,
  free: boolean,
): DocumentRate | null {
  if (key === "image" && perImage(value, pricing.prompt)) {
    const detail = "far above the prompt's price: per image, not per token";
    collector.refuse({ kind: "ambiguous_unit", where, offering, meter, detail });
    return null;
  }
  const isToken = meter === "input_tokens" || meter === "output_tokens";
  return collector.price({
    offering,
    meter,
    value,
    per: 1,
    where,
    free: free && isToken,
    zeroMeansNone: !isToken,
  });
}

/** `image` was once USD per image and is now USD per image token, with nothing in the feed to tell which. */
function perImage(image: JsonValue | undefined, prompt: JsonValue | undefined): boolean {
  const [a, b] = [readPrice(image), readPrice(prompt)];
  if (!a.ok || !b.ok) return false;
  const bound = multiplyFractions(parseDecimal(b.value), { num: 100n, den: 1n });
  return compareFractions(parseDecimal(a.value), bound) > 0;
}

/** `overrides` is read apart; `discount` (of the endpoints API) is already in the prices. */
const NOT_PRICES = new Set(["overrides", "discount"]);
