import type { CheerioAPI } from "cheerio";
import type { PageElement } from "./html-place.ts";
import { plainText } from "./html-table.ts";

/**
 * The text of the heading that an element stands under: the last h1 to h6 before it in the page. Empty where there
 * is none.
 */
export function sectionTitle(
  $: CheerioAPI,
  element: PageElement,
  headings = "h1, h2, h3, h4, h5, h6",
): string {
  for (let at = $(element); at.length > 0; at = at.parent()) {
    for (const before of at.prevAll().get()) {
      const found = $(before).is(headings) ? $(before) : $(before).find(headings).last();
      if (found.length > 0) return plainText(found.text());
    }
  }
  return "";
}
