import type { Conditions } from "@ratebook/core";
import { asArray, asObject, asText, type JsonObject, type JsonValue } from "../../document/digits-json.ts";
import { below } from "../../document/json-pointer.ts";

/** A set of prices with the time it is good for. */
export type DatedPrices = {
  prices: JsonObject;
  where: string;
  when: Conditions;
  validFrom?: string;
  validUntil?: string;
};

/** A model's `prices`, or the place of the entry whose constraint is not understood. */
export type DatedPricesOrRefusal = { dated: DatedPrices[]; refused: { where: string; detail: string }[] };

/**
 * Spreads a model's `prices` over time.
 *
 * A list is read as the publisher's own code reads it: the last entry that matches wins, and the first one is
 * the fallback. So an entry ends where a later entry's `start_date` begins, and hours of the day stay open
 * because a rate with hours is more specific than one without. Entries that ended by `asOf` are left out.
 */
export function datedPrices(value: JsonValue | undefined, where: string, asOf: Date): DatedPricesOrRefusal {
  const single = asObject(value);
  if (single !== null) return { dated: [{ prices: single, where, when: {} }], refused: [] };

  const refused: DatedPricesOrRefusal["refused"] = [];
  const entries = (asArray(value) ?? []).flatMap((item, index) => {
    const place = below(where, index);
    const entry = readEntry(asObject(item), place, index === 0);
    if (entry === null) refused.push({ where: place, detail: "a time constraint that is not understood" });
    return entry === null ? [] : [entry];
  });

  const dated = entries.flatMap((entry, index): DatedPrices[] => {
    const later = entries.slice(index + 1).filter((each) => each.hours === null);
    if (later.some((each) => each.start === null)) return [];
    const until = later.map((each) => each.start ?? "").sort()[0];
    if (until !== undefined && (until <= (entry.start ?? "") || new Date(until) <= asOf)) return [];
    return [
      {
        prices: entry.prices,
        where: below(entry.where, "prices"),
        when: entry.hours ?? {},
        ...(entry.start === null ? {} : { validFrom: entry.start }),
        ...(until === undefined ? {} : { validUntil: until }),
      },
    ];
  });
  return { dated, refused };
}

type Entry = { prices: JsonObject; where: string; start: string | null; hours: Conditions | null };

function readEntry(item: JsonObject | null, where: string, isFallback: boolean): Entry | null {
  const prices = asObject(item?.prices);
  if (item === null || prices === null) return null;
  const constraint = asObject(item.constraint);
  if (constraint === null || isFallback) return { prices, where, start: null, hours: null };
  const day = asText(constraint.start_date);
  if (day !== null && /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day))) {
    return { prices, where, start: `${day}T00:00:00Z`, hours: null };
  }
  const [from, to] = [clockText(constraint.start_time), clockText(constraint.end_time)];
  if (from === null || to === null || from === to) return null;
  return { prices, where, start: null, hours: { utc_from: from, utc_to: to } };
}

/** "00:30:00Z" → "00:30"; null for anything finer than a minute or outside UTC. */
function clockText(value: JsonValue | undefined): string | null {
  return /^(\d{2}:\d{2})(?::00(?:\.0+)?)?Z$/.exec(asText(value) ?? "")?.[1] ?? null;
}
