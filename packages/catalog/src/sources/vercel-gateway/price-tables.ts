import type { Conditions, DocumentRate, Meter } from "@ratebook/core";
import {
  asArray,
  asObject,
  asText,
  asWhole,
  type JsonObject,
  type JsonValue,
} from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";

/** A model's price under one key of its `pricing`. */
export type KeyedPrice = { collector: OfferingCollector; offering: string; value: JsonValue; where: string };

/**
 * `[{ cost, min, max }, …]`: prices per token by the prompt's size. The step that starts at 0 repeats the plain
 * price, or is it where `hasPlain` says that there is none.
 */
export function tierRates(priced: KeyedPrice, meter: Meter, hasPlain: boolean): DocumentRate[] {
  return entries(priced).flatMap(({ entry, place }): DocumentRate[] => {
    const min = entry.min === undefined ? 0 : asWhole(entry.min);
    if (min === null || min < 0) return refuse(priced, place, meter, "a step without a size");
    if (min === 0 && hasPlain) return [];
    const when = min === 0 ? {} : { total_input_tokens_above: min };
    return rate(priced, { meter, value: entry.cost, per: 1, when, where: below(place, "cost") });
  });
}

/** `[{ size, quality, cost }, …]`: prices per image made. */
export function imageRates(priced: KeyedPrice): DocumentRate[] {
  return entries(priced).flatMap(({ entry, place }): DocumentRate[] => {
    const when = conditions(entry, ["size", "quality"], "cost");
    if (when === null) return refuse(priced, place, "image", "a condition that is not known");
    return rate(priced, { meter: "image", value: entry.cost, per: 1, when, where: below(place, "cost") });
  });
}

/** `[{ resolution, audio, mode, cost_per_second }, …]`: prices per second of video made. */
export function videoRates(priced: KeyedPrice): DocumentRate[] {
  return entries(priced).flatMap(({ entry, place }): DocumentRate[] => {
    const when = conditions(entry, ["resolution", "audio", "mode"], "cost_per_second");
    if (when === null) return refuse(priced, place, "video_second", "a condition that is not known");
    const where = below(place, "cost_per_second");
    return rate(priced, { meter: "video_second", value: entry.cost_per_second, per: 1, when, where });
  });
}

/** `{ no_video_input, with_video_input }`: prices per million video tokens; a request with video is a mode of its own. */
export function videoTokenRates(priced: KeyedPrice): DocumentRate[] {
  return Object.entries(asObject(priced.value) ?? {}).flatMap(([name, value]): DocumentRate[] => {
    const place = below(priced.where, name);
    const when: Conditions | undefined =
      name === "no_video_input" ? {} : name === "with_video_input" ? { mode: "with_video_input" } : undefined;
    if (when === undefined) return refuse(priced, place, "video_tokens", "a condition that is not known");
    const where = below(place, "cost_per_million_tokens");
    const price = asObject(value)?.cost_per_million_tokens;
    return rate(priced, { meter: "video_tokens", value: price, per: 1_000_000, when, where });
  });
}

function entries({ value, where }: KeyedPrice): { entry: JsonObject; place: string }[] {
  return (asArray(value) ?? []).flatMap((item, index) => {
    const entry = asObject(item);
    return entry === null ? [] : [{ entry, place: below(where, index) }];
  });
}

/** The named fields as conditions; null where the entry has a field nobody has described, or one of another type. */
function conditions(
  entry: JsonObject,
  names: readonly ("size" | "quality" | "resolution" | "audio" | "mode")[],
  price: string,
): Conditions | null {
  const when: Conditions = {};
  for (const [key, value] of Object.entries(entry)) {
    const name = names.find((each) => each === key);
    if (key === price || value === null) continue;
    const text = asText(value);
    if (name === "audio" && typeof value === "boolean") when.audio = value;
    else if (name !== undefined && name !== "audio" && text !== null && text !== "") when[name] = text;
    else return null;
  }
  return when;
}

function rate(
  { collector, offering }: KeyedPrice,
  draft: { meter: Meter; value: JsonValue | undefined; per: number; when: Conditions; where: string },
): DocumentRate[] {
  const found = collector.price({ offering, ...draft });
  return found === null ? [] : [found];
}

function refuse({ collector, offering }: KeyedPrice, where: string, meter: Meter, detail: string): [] {
  collector.refuse({ kind: "unsupported_condition", where, offering, meter, detail });
  return [];
}
