import { type CheerioAPI, load } from "cheerio";
import { JsonNumber, parseJsonKeepingDigits } from "./digits-json.ts";
import { resolveJsonPointer } from "./json-pointer.ts";

/** An element of a page. */
export type PageElement = ReturnType<ReturnType<CheerioAPI["root"]>["find"]>[number];

/**
 * The place of an element in a page: a CSS selector from the nearest ancestor with an id of its own, or from the
 * root, that leads to this element alone.
 */
export function cssPlace($: CheerioAPI, element: PageElement): string {
  const steps: string[] = [];
  for (let at: PageElement | null = element; at !== null; at = parentElement(at)) {
    const id = at.attribs.id;
    if (id !== undefined && /^[A-Za-z][\w-]*$/.test(id) && timesGiven($).get(id) === 1) {
      steps.unshift(`#${id}`);
      break;
    }
    steps.unshift(stepTo(at));
  }
  return steps.join(" > ");
}

/** The place of a value inside an attribute that holds JSON: `selector @attribute#/pointer`. */
export const attributePlace = (selector: string, attribute: string, pointer: string): string =>
  `${selector} @${attribute}${pointer}`;

/**
 * Finds the text a place leads to in a page: the element's, or that of the JSON value inside its attribute. Null
 * where the place leads to no element, to more than one, or to no single value.
 */
export function htmlPlaces(page: string): (where: string) => string | null {
  const $ = load(page);
  return (where) => {
    const [, selector = where, attribute, pointer] = /^(.*) @([\w-]+)(#.*)$/s.exec(where) ?? [];
    const found = $(selector);
    if (found.length !== 1) return null;
    if (attribute === undefined || pointer === undefined) return found.text().trim();
    const json = parseJsonKeepingDigits(found.attr(attribute) ?? "");
    if (!json.ok) return null;
    const value = resolveJsonPointer(json.value, pointer);
    if (value instanceof JsonNumber) return value.source;
    return typeof value === "string" ? value : null;
  };
}

/** How often each id of a page is given; counted once for each page. */
function timesGiven($: CheerioAPI): Map<string, number> {
  const known = GIVEN.get($);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  for (const element of $("[id]").get()) {
    const id = element.attribs.id ?? "";
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  GIVEN.set($, counts);
  return counts;
}

const GIVEN = new WeakMap<CheerioAPI, Map<string, number>>();

function stepTo(element: PageElement): string {
  const siblings = parentElement(element)?.children.filter(
    (node): node is PageElement => "name" in node && node.name === element.name,
  );
  return siblings === undefined || siblings.length === 1
    ? element.name
    : `${element.name}:nth-of-type(${siblings.indexOf(element) + 1})`;
}

const parentElement = (element: PageElement): PageElement | null =>
  element.parent !== null && "name" in element.parent ? element.parent : null;
