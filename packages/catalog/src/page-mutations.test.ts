import { readFileSync } from "node:fs";
import { type Result, rateKey } from "@ratebook/core";
import { load } from "cheerio";
import { describe, expect, test } from "vitest";
import { SOURCES } from "./registry.ts";
import type { ParsedSource, PriceSource, SourceFailure } from "./source.ts";

const context = { url: "https://x.example", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const pages = SOURCES.filter((source) => source.kind === "page").map(
  (source) => [source.id, source] as const,
);

/** A page may lose prices in transit or by redesign; what is left must be what it was, under the same name. */
describe.each(pages)("%s", (_id, source) => {
  const raw = readFileSync(new URL(`sources/${source.id}/fixtures/document.html`, import.meta.url), "utf8");
  const whole = pricesIn(source.parse(raw, context));

  test("a cell that goes missing may take prices with it and never moves one", { timeout: 60_000 }, () => {
    const moved = new Set<string>();
    for (let cell = load(raw)("td, th").length - 1; cell >= 0; cell -= 1) {
      const $ = load(raw);
      $("td, th").eq(cell).remove();
      for (const price of strangers(source, $.html())) moved.add(`without cell ${cell}: ${price}`);
    }
    expect([...moved]).toEqual([]);
  });

  test("a row that goes missing may take prices with it and never moves one", { timeout: 60_000 }, () => {
    const moved = new Set<string>();
    for (let row = load(raw)("tr").length - 1; row >= 0; row -= 1) {
      const $ = load(raw);
      $("tr").eq(row).remove();
      for (const price of strangers(source, $.html())) moved.add(`without row ${row}: ${price}`);
    }
    expect([...moved]).toEqual([]);
  });

  /** Prices of a changed page that the whole one does not have. */
  const strangers = (read: PriceSource, page: string) =>
    [...pricesIn(read.parse(page, context))].filter((price) => !whole.has(price));
});

function pricesIn(result: Result<ParsedSource, SourceFailure>): Set<string> {
  if (!result.ok) return new Set();
  return new Set(
    result.value.document.offerings.flatMap(({ model, rates }) =>
      rates.map(
        (rate) => `${model} ${rateKey(rate)} ${rate.usd}/${rate.per} ${rate.validFrom} ${rate.validUntil}`,
      ),
    ),
  );
}
