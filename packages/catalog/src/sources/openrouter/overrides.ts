import { type Conditions, type DocumentRate, type Meter, must } from "@ratebook/core";
import { asArray, asObject, asWhole, type JsonObject } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";
import { keyRate, PRICE_KEYS } from "./base-rates.ts";

/** One entry of `overrides`: when it applies and the meters it names. */
type Band = {
  above: number | null;
  window: { from: string; to: string } | null;
  prices: Map<Meter, DocumentRate>;
};

/**
 * The rates of a model's `overrides`, so that the most specific rate gives the price OpenRouter would charge.
 *
 * `min_prompt_tokens` is strict: the band starts above it. A key that an entry leaves out inherits the base
 * price, and of the entries that match a request the later one wins. An entry with a condition no rate can
 * carry is refused by itself.
 */
export function overrideRates(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  base: readonly DocumentRate[],
  where: string,
  free: boolean,
): DocumentRate[] {
  const entries = asArray(pricing.overrides) ?? [];
  const bands: Band[] = [];
  entries.forEach((value, index) => {
    const entry = asObject(value);
    const place = below(where, "overrides", index);
    const band = entry === null ? null : readBand(collector, offering, pricing, entry, place, free);
    if (band === null) {
      const detail = "its conditions cannot be carried by a rate";
      collector.refuse({ kind: "unsupported_condition", where: place, offering, meter: null, detail });
      collector.alert("refused_rows", "overrides with unsupported conditions", place);
    } else if (bands.some((earlier) => windowsOverlap(earlier, band))) {
      const detail = "its hours overlap those of an earlier entry";
      collector.refuse({ kind: "unsupported_condition", where: place, offering, meter: null, detail });
      collector.alert("refused_rows", "overrides with overlapping hours", place);
    } else bands.push(band);
  });

  const standing = bands.filter(
    (band, index) => !bands.slice(index + 1).some((later) => shadows(later, band)),
  );
  const meters = new Set(standing.flatMap((band) => [...band.prices.keys()]));
  const inherited = new Map(base.map((rate) => [rate.meter, rate]));
  return [...standing, ...overlaps(standing)].flatMap((band) =>
    [...meters].flatMap((meter) => {
      const rate = band.prices.get(meter) ?? inherited.get(meter);
      return rate === undefined ? [] : [{ ...rate, when: conditionsOf(band) }];
    }),
  );
}

function readBand(
  collector: OfferingCollector,
  offering: string,
  pricing: JsonObject,
  entry: JsonObject,
  where: string,
  free: boolean,
): Band | null {
  const prices = new Map<Meter, DocumentRate>();
  for (const [key, value] of Object.entries(entry)) {
    const meter = PRICE_KEYS.get(key);
    if (meter !== undefined) {
      const rate = keyRate(collector, offering, pricing, key, meter, value, below(where, key), free);
      if (rate !== null) prices.set(meter, rate);
    } else if (!CONDITION_KEYS.has(key)) return null;
  }
  const above = asWhole(entry.min_prompt_tokens);
  const hours = "utc_start" in entry || "utc_end" in entry;
  const [from, to] = [clockText(asWhole(entry.utc_start)), clockText(asWhole(entry.utc_end))];
  if ("min_prompt_tokens" in entry && (above === null || above <= 0)) return null;
  if (hours && (from === null || to === null || from === to)) return null;
  if (above === null && !hours) return null;
  const window = hours ? { from: must(from, "checked above"), to: must(to, "checked above") } : null;
  return { above, window, prices };
}

/** Whether `later` wins over `band` wherever `band` applies. */
function shadows(later: Band, band: Band): boolean {
  const sameHours = JSON.stringify(later.window) === JSON.stringify(band.window);
  return (later.window === null || sameHours) && (later.above ?? 0) <= (band.above ?? 0);
}

/** Bands where a size entry and an hours entry meet: the later entry's prices, under both conditions. */
function overlaps(bands: readonly Band[]): Band[] {
  return bands.flatMap((band, index) =>
    bands.slice(index + 1).flatMap((later) => {
      const sizes = [band, later].filter((each) => each.window === null);
      const hours = [band, later].filter((each) => each.above === null);
      const [size, hour] = [sizes[0], hours[0]];
      if (sizes.length !== 1 || hours.length !== 1 || size === undefined || hour === undefined) return [];
      return [{ above: size.above, window: hour.window, prices: later.prices }];
    }),
  );
}

function windowsOverlap(a: Band, b: Band): boolean {
  if (a.window === null || b.window === null || a.above !== b.above) return false;
  if (a.window.from === b.window.from && a.window.to === b.window.to) return false;
  const inside = (time: string, { from, to }: { from: string; to: string }) =>
    from < to ? time >= from && time < to : time >= from || time < to;
  return inside(a.window.from, b.window) || inside(b.window.from, a.window);
}

function conditionsOf(band: Band): Conditions {
  return {
    ...(band.above === null ? {} : { total_input_tokens_above: band.above }),
    ...(band.window === null ? {} : { utc_from: band.window.from, utc_to: band.window.to }),
  };
}

/** 30 → "00:30"; 2400 is midnight. Null for what is no clock time. */
function clockText(hhmm: number | null): string | null {
  if (hhmm === null || hhmm < 0 || hhmm > 2400) return null;
  const [hours, minutes] = [Math.trunc(hhmm / 100) % 24, hhmm % 100];
  if (minutes > 59) return null;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

const CONDITION_KEYS = new Set(["min_prompt_tokens", "utc_start", "utc_end"]);
