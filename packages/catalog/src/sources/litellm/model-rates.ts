import type { DocumentOffering, DocumentRate } from "@ratebook/core";
import { asArray, asObject, asWhole, type JsonObject, type JsonValue } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";
import { readPrice } from "../../document/price-text.ts";
import { isDatabricksUnit, isPriceField, meterOf, readPriceField } from "./price-field.ts";

type Modality = DocumentOffering["modality"];

/**
 * The rates of one model: each price field with a meter becomes one, the unit being part of the field's name.
 *
 * A field nobody has described, and one that no meter bills, raise an alert that names it. Prices in Databricks
 * units are refused. A 0 is refused for language models, where it hides "unknown" and "on your own machines";
 * elsewhere it only fills a field that does not apply.
 */
export function modelRates(
  collector: OfferingCollector,
  offering: string,
  model: JsonObject,
  modality: Modality,
  where: string,
): DocumentRate[] {
  return Object.entries(model).flatMap(([name, value]): DocumentRate[] => {
    if (!isPriceField(name) || value === null) return [];
    const place = below(where, name);
    if (isDatabricksUnit(name)) {
      const detail = "counted in Databricks units, not USD";
      collector.refuse({ kind: "not_usd", where: place, offering, meter: null, detail });
      return [];
    }
    if (name === "search_context_cost_per_query") return searchRates(collector, offering, value, place);
    if (name === "tiered_pricing") return tieredRates(collector, offering, value, modality, place);
    const rate = fieldRate(collector, offering, name, value, modality, pricesOutput(model), place, undefined);
    return rate === null ? [] : [rate];
  });
}

function fieldRate(
  collector: OfferingCollector,
  offering: string,
  name: string,
  value: JsonValue,
  modality: Modality,
  perImageOutput: boolean,
  where: string,
  above: number | undefined,
): DocumentRate | null {
  const field = readPriceField(name);
  const priced = meterOf(field, modality, perImageOutput);
  if (priced === null || priced === undefined) {
    const worthless = priced === null && isZero(value);
    const kind = priced === null ? "unmetered_price_key" : "unknown_price_key";
    if (!worthless) collector.alert(kind, name, where);
    return null;
  }
  const { meter, tenfold = 0 } = priced;
  const when = {
    ...field.when,
    ...priced.when,
    ...(above === undefined ? {} : { total_input_tokens_above: above }),
  };
  const zeroMeansNone = modality !== "language" || !TOKENS_IN_AND_OUT.has(name);
  return collector.price({ offering, meter, value, per: 1, when, where, zeroMeansNone, tenfold });
}

/** `{ search_context_size_low, …_medium, …_high }`: one rate where all agree, else one for each size. */
function searchRates(
  collector: OfferingCollector,
  offering: string,
  value: JsonValue,
  where: string,
): DocumentRate[] {
  const sizes = asObject(value);
  if (sizes === null) {
    collector.alert("unknown_price_key", "search_context_cost_per_query that is no object", where);
    return [];
  }
  const rates = Object.entries(sizes).flatMap(([key, price]): DocumentRate[] => {
    const size = /^search_context_size_(low|medium|high)$/.exec(key)?.[1];
    const place = below(where, key);
    if (size === undefined) {
      collector.alert("unknown_price_key", `search_context_cost_per_query.${key}`, place);
      return [];
    }
    const draft = { offering, meter: "web_search", value: price, per: 1, zeroMeansNone: true } as const;
    const rate = collector.price({ ...draft, when: { size }, where: place });
    return rate === null ? [] : [rate];
  });
  const [first] = rates;
  const agree = first !== undefined && rates.length === 3 && rates.every((rate) => rate.usd === first.usd);
  return agree ? [{ ...first, when: {} }] : rates;
}

/** `[{ range: [0, 256000], …prices }, …]`: a step's prices hold strictly above its lower end. */
function tieredRates(
  collector: OfferingCollector,
  offering: string,
  value: JsonValue,
  modality: Modality,
  where: string,
): DocumentRate[] {
  return (asArray(value) ?? []).flatMap((item, index): DocumentRate[] => {
    const step = asObject(item);
    const place = below(where, index);
    const from = asWhole(asArray(step?.range)?.[0]);
    if (step === null || from === null || from < 0) {
      collector.alert("unmetered_price_key", "tiered_pricing by something else than input tokens", place);
      return [];
    }
    const above = from === 0 ? undefined : from;
    return Object.entries(step).flatMap(([name, price]): DocumentRate[] => {
      if (!isPriceField(name) || price === null) return [];
      const rate = fieldRate(collector, offering, name, price, modality, false, below(place, name), above);
      return rate === null ? [] : [rate];
    });
  });
}

const pricesOutput = (model: JsonObject): boolean => readPrice(model.output_cost_per_image).ok;

function isZero(value: JsonValue): boolean {
  const read = readPrice(value);
  return !read.ok && read.error === "zero";
}

const TOKENS_IN_AND_OUT = new Set(["input_cost_per_token", "output_cost_per_token"]);
