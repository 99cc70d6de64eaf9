import type { Conditions, DocumentOffering, DocumentRate, Meter } from "@ratebook/core";
import { asArray, asObject, asText, asWhole, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";

/** A model as far as its prices are concerned. */
type Priced = {
  collector: OfferingCollector;
  offering: string;
  modality: DocumentOffering["modality"];
  /** What comes out of the model: "text", "image", "audio", "video". */
  outputs: readonly string[];
};

/**
 * The rates of a model's `cost`: USD per million tokens, steps by input tokens, and other ways to run it.
 *
 * `context_over_200k` repeats a step of `tiers`, whatever that step's threshold is, and is read only where there
 * are no `tiers`. A price key nobody has described raises an alert.
 */
export function costRates(
  priced: Priced,
  cost: JsonObject,
  where: string,
  when: Conditions = {},
): DocumentRate[] {
  const steps = tiersOf(priced, cost, where);
  return [
    ...pricesIn(priced, cost, where, when),
    ...steps.flatMap(({ prices, place, above }) =>
      pricesIn(priced, prices, place, { ...when, total_input_tokens_above: above }),
    ),
  ];
}

/** `experimental.modes`: the same model run faster at other prices, asked for by a field of the request. */
export function modeRates(priced: Priced, model: JsonObject, where: string): DocumentRate[] {
  const modes = asObject(asObject(model.experimental)?.modes);
  return Object.entries(modes ?? {}).flatMap(([name, value]) => {
    const place = below(where, "experimental", "modes", name);
    const cost = asObject(asObject(value)?.cost);
    if (cost === null) return [];
    const when = modeCondition(asObject(asObject(asObject(value)?.provider)?.body));
    if (when === null) {
      priced.collector.alert("unmetered_price_key", `mode ${name}`, place);
      return [];
    }
    return costRates(priced, cost, below(place, "cost"), when);
  });
}

function pricesIn(priced: Priced, cost: JsonObject, where: string, when: Conditions): DocumentRate[] {
  return Object.entries(cost).flatMap(([key, value]): DocumentRate[] => {
    if (STRUCTURE.has(key) || value === null) return [];
    const place = below(where, key);
    const meter = METERS.get(key);
    if (meter === undefined) {
      priced.collector.alert("unknown_price_key", key, place);
      return [];
    }
    const { collector, offering } = priced;
    if (key === "output" && !isTextPrice(priced)) {
      const detail = "one price for text and for other media that come out";
      collector.refuse({ kind: "ambiguous_unit", where: place, offering, meter, when, detail });
      return [];
    }
    // Filled in with 0 where it does not apply; for what a language model lives on a 0 is a claim.
    const zeroMeansNone =
      priced.modality === "embedding" ? key !== "input" : key !== "input" && key !== "output";
    const rate = collector.price({
      offering,
      meter,
      value,
      per: 1_000_000,
      when,
      where: place,
      zeroMeansNone,
    });
    return rate === null ? [] : [rate];
  });
}

/** `output` has one price for all that comes out: with images or sound among it, it may be theirs. */
const isTextPrice = ({ outputs, modality }: Priced): boolean =>
  modality === "embedding" || outputs.length === 0 || outputs.every((output) => output === "text");

function tiersOf({ collector, offering }: Priced, cost: JsonObject, where: string) {
  const tiers = asArray(cost.tiers);
  if (tiers === null) {
    const prices = asObject(cost.context_over_200k);
    const place = below(where, "context_over_200k");
    return prices === null ? [] : [{ prices, place, above: 200_000 }];
  }
  return tiers.flatMap((value, index) => {
    const prices = asObject(value);
    const tier = asObject(prices?.tier);
    const above = asWhole(tier?.size);
    const place = below(where, "tiers", index);
    if (prices !== null && above !== null && above > 0 && (asText(tier?.type) ?? "context") === "context") {
      return [{ prices, place, above }];
    }
    const detail = "a step by something else than input tokens";
    collector.refuse({ kind: "unsupported_condition", where: place, offering, meter: null, detail });
    collector.alert("refused_rows", detail, place);
    return [];
  });
}

/** What a request must say to run in the mode; null where no condition of a rate says it. */
function modeCondition(body: JsonObject | null): Conditions | null {
  const tier = asText(body?.service_tier);
  if (tier === "priority" || tier === "flex") return { service_tier: tier };
  return asText(body?.speed) === "fast" ? { mode: "fast" } : null;
}

const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["input", "input_tokens"],
  ["output", "output_tokens"],
  ["reasoning", "reasoning_tokens"],
  ["cache_read", "cache_read_tokens"],
  ["cache_write", "cache_write_tokens"],
  ["input_audio", "audio_input_tokens"],
  ["output_audio", "audio_output_tokens"],
]);

const STRUCTURE = new Set(["tiers", "context_over_200k", "tier"]);
