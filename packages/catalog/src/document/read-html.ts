import { err, ok, type Result } from "@ratebook/core";
import { type CheerioAPI, load } from "cheerio";
import type { SourceFailure } from "../source.ts";
import { readText, sourceFailure } from "./read-text.ts";

/**
 * Reads a source's raw document as an HTML page.
 *
 * Refuses what is empty, not text, no HTML, cut off before its end, or a page that asks whether a human is
 * reading, each with its own check. Whether it is the right page is for the source to tell.
 */
export function readHtmlDocument(
  source: string,
  raw: Uint8Array | string,
): Result<CheerioAPI, SourceFailure> {
  const text = readText(source, raw);
  if (!text.ok) return text;
  const body = text.value;
  if (!/^\s*<(!doctype html|html|head|body)/i.test(body)) {
    return err(sourceFailure(source, "not_html", "html", "The document is not an HTML page.", body));
  }
  if (!/<\/html\s*>/i.test(body)) {
    const message = "The page stops before its end.";
    return err(sourceFailure(source, "incomplete_document", "a closing tag", message, body.slice(-200)));
  }
  const $ = load(body);
  const title = $("title").first().text();
  if ($("table").length === 0 && CHALLENGE.test(`${title} ${$("body").text().slice(0, 2000)}`)) {
    const message = "The page asks whether a human is reading.";
    return err(sourceFailure(source, "challenge_page", "no challenge page", message, $("body").text()));
  }
  return ok($);
}

/**
 * The failure for a page on which the source's tables are not found: a wrong page, or one in another currency.
 *
 * @param looked what was looked for, in words: "a table with the headings Model, Input, Output"
 */
export function noPriceTable(source: string, $: CheerioAPI, looked: string): SourceFailure {
  const tables = $("table").text();
  const foreign = foreignCurrency(tables);
  if (foreign !== null && !tables.includes("$")) return otherCurrency(source, foreign, tables);
  const excerpt = `${$("title").first().text()} ${$("h1").first().text()} ${tables}`;
  return sourceFailure(source, "wrong_shape", looked, `The page does not have ${looked}.`, excerpt);
}

/** The failure for a page whose prices are in another currency. */
export function otherCurrency(source: string, currency: string, about: string): SourceFailure {
  const message = `The page gives prices in ${currency}; only USD is read, nothing is converted.`;
  const at = about.search(CURRENCIES.find(([name]) => name === currency)?.[1] ?? /^/);
  return sourceFailure(source, "not_usd", "prices in USD", message, about.slice(Math.max(0, at - 60)));
}

/** The currency other than USD that a text writes amounts in, or null. */
export function foreignCurrency(text: string): string | null {
  for (const [currency, sign] of CURRENCIES) if (sign.test(text)) return currency;
  return null;
}

const CHALLENGE =
  /just a moment|attention required|access denied|verify (that )?you are (a )?human|are you a robot|enable javascript and cookies/i;

const CURRENCIES: readonly (readonly [string, RegExp])[] = [
  ["CNY", /元|人民币|￥|¥|\bCNY\b|\bRMB\b/],
  ["EUR", /€|\bEUR\b/],
  ["GBP", /£|\bGBP\b/],
  ["INR", /₹|\bINR\b/],
];
