import type { CheerioAPI } from "cheerio";
import type { PageElement } from "./html-place.ts";
import { type Unit, unitOf } from "./price-cell.ts";

/**
 * The unit that the words before a table state for its bare numbers: "Prices per 1M tokens." Null where they state
 * none, or one nobody has described.
 *
 * Looks backwards from the element, outwards, no further than the table before it. What `beside` selects (panes
 * that show the same table for other tiers) is passed over.
 */
export function statedUnit($: CheerioAPI, element: PageElement, beside = "script"): Unit | null {
  for (let at = $(element); at.length > 0; at = at.parent()) {
    for (const before of at.prevAll(`:not(${beside})`).get()) {
      if ($(before).is("table") || $(before).find("table").length > 0) return null;
      const said = /Prices per ([^.]+?)( unless noted)?\./.exec($(before).text())?.[1];
      if (said !== undefined) return unitOf(said) ?? null;
    }
  }
  return null;
}
