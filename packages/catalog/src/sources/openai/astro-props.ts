import { load } from "cheerio";
import {
  asArray,
  asObject,
  asWhole,
  JsonNumber,
  type JsonValue,
  parseJsonKeepingDigits,
} from "../../document/digits-json.ts";
import { plainText } from "../../document/html-table.ts";
import { below } from "../../document/json-pointer.ts";

/**
 * A value of an Astro island's props with its place. Astro writes every value as a pair: `[0, value]` for a plain
 * one (an object's fields are pairs again) and `[1, […]]` for a list of pairs.
 */
export type AstroValue = { at: string; value: JsonValue | undefined; list: boolean };

/** The props of an island, or null where they are no JSON object. Prices keep their digits. */
export function astroProps(attribute: string | undefined): AstroValue | null {
  const json = parseJsonKeepingDigits(attribute ?? "");
  const props = json.ok ? asObject(json.value) : null;
  return props === null ? null : { at: "#", value: props, list: false };
}

/** A field of an object; null where it is not there. */
export function astroField(parent: AstroValue | null, name: string): AstroValue | null {
  const fields = parent === null || parent.list ? null : asObject(parent.value);
  return fields === null || !Object.hasOwn(fields, name)
    ? null
    : unpair(fields[name], below(parent?.at ?? "#", name));
}

/** The items of a list; null for anything else. */
export function astroItems(parent: AstroValue | null): AstroValue[] | null {
  const items = parent?.list === true ? asArray(parent.value) : null;
  if (parent === null || items === null) return null;
  const values = items.map((item, index) => unpair(item, below(parent.at, index)));
  return values.includes(null) ? null : values.filter((value) => value !== null);
}

/** What a value prints: its digits, its text, or the text of the markup or tooltip it wraps. Null for other things. */
export function astroText(value: AstroValue | null): { text: string; at: string } | null {
  if (value === null || value.list) return null;
  if (value.value instanceof JsonNumber) return { text: value.value.source, at: value.at };
  if (typeof value.value === "string") return { text: plainText(value.value), at: value.at };
  if (value.value === null || value.value === undefined) return { text: "", at: value.at };
  const tooltip = astroField(astroField(value, "__pricingTooltipHeading"), "label");
  if (tooltip !== null) return astroText(tooltip);
  const html = astroField(value, "__pricingHtml");
  if (typeof html?.value !== "string") return null;
  const $ = load(html.value.replaceAll(/<br\s*\/?>/gi, " "), null, false);
  $("small, sup").remove();
  return { text: plainText($.root().text()), at: html.at };
}

function unpair(pair: JsonValue | undefined, at: string): AstroValue | null {
  const kind = asWhole(asArray(pair)?.[0]);
  if (kind !== 0 && kind !== 1) return null;
  return { at: below(at, 1), value: asArray(pair)?.[1], list: kind === 1 };
}
