import { type Conditions, type DocumentRate, err, type Meter, type Result } from "@ratebook/core";
import type { CheerioAPI } from "cheerio";
import type { PageElement } from "../../document/html-place.ts";
import { headedTable, type PriceTable } from "../../document/html-table.ts";
import { type ModelBook, modelBook } from "../../document/model-book.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { rateFromCell } from "../../document/price-cell.ts";
import { noPriceTable, readHtmlDocument } from "../../document/read-html.ts";
import { sectionTitle } from "../../document/section-title.ts";
import { type Headings, type Row, refuseRow, refuseUneven, rowsUnder } from "../../document/table-rows.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { readLabel } from "./model-label.ts";

/** Anthropic's own price page: base, batch and fast prices of its models, and its search. */
export const anthropic: PriceSource = {
  id: "anthropic",
  title: "Anthropic pricing page",
  homepage: "https://platform.claude.com/docs/en/about-claude/pricing",
  defaultUrl: "https://platform.claude.com/docs/en/about-claude/pricing",
  hosts: ["platform.claude.com", "docs.claude.com", "docs.anthropic.com"],
  contentTypes: ["text/html"],
  schedule: "47 */6 * * *",
  freshnessHours: 48,
  kind: "page",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const page = readHtmlDocument(anthropic.id, raw);
  if (!page.ok) return page;
  const $ = page.value;
  const collector = offeringCollector(anthropic.id, context.fetchedAt);
  const book = modelBook(collector, "anthropic", anthropic.homepage);
  const reading = { collector, book, asOf: context.fetchedAt };
  let search: DocumentRate | null = null;
  let isPriced = false;
  for (const element of $("table").get()) {
    search ??= searchRate($, element, collector);
    const table = headedTable($, element, /^models?$/i);
    if (table === null) continue;
    const kind = kindOf($, element, table);
    if (kind === null) {
      // The page has other tables of models; those with amounts in them are worth a look.
      const text = $(element).text();
      if (/\$\s?\d/.test(text))
        collector.alert("refused_rows", "a table whose headings are not known", table.where);
      continue;
    }
    isPriced ||= kind.columns === BASE;
    for (const row of kind.rows) readRow(row, kind.columns, kind.when, reading);
    refuseUneven(collector, table);
  }
  if (!isPriced) {
    const looked = "a table with the headings Model, Base Input Tokens and Output Tokens";
    return err(noPriceTable(anthropic.id, $, looked));
  }
  if (search !== null) addSearch(book, search);
  book.finish();
  return collector.finish();
}

type Columns = readonly (readonly [heading: string, meter: Meter])[];
type Kind = { columns: Columns; when: Conditions; rows: readonly Row[] };

/** Which of the page's price tables this is, told from its headings; null for any other. */
function kindOf($: CheerioAPI, element: PageElement, table: PriceTable): Kind | null {
  const base = rowsUnder(table, headingsOf(BASE));
  if (base !== null) return { columns: BASE, when: {}, rows: base };
  const batch = rowsUnder(table, headingsOf(BATCH));
  if (batch !== null) return { columns: BATCH, when: { service_tier: "batch" }, rows: batch };
  const plain = rowsUnder(table, headingsOf(PLAIN));
  // "Input" and "Output" alone do not say at which speed; the section's title must.
  if (plain === null || !/^fast mode\b/i.test(sectionTitle($, element))) return null;
  return { columns: PLAIN, when: { mode: "fast" }, rows: plain };
}

const headingsOf = (columns: Columns): Headings => ({
  required: ["model", ...columns.map(([heading]) => heading)],
  optional: [],
});

type Reading = { collector: OfferingCollector; book: ModelBook; asOf: Date };

function readRow(row: Row, columns: Columns, when: Conditions, { collector, book, asOf }: Reading): void {
  const label = readLabel(row.cell("model").text);
  if ("refused" in label) {
    refuseRow(collector, row.where, label.refused, row.cell("model").text);
    return;
  }
  const { validFrom, validUntil } = label;
  if (validUntil !== undefined && new Date(validUntil) <= asOf) return;
  for (const { model, name } of label.models) {
    const rates = columns.flatMap(([heading, meter]) => {
      const cell = row.cell(heading);
      const about = { offering: `anthropic/${model}`, cell, meters: { token: meter }, bare: null };
      const rate = rateFromCell(collector, { ...about, when, validFrom, validUntil });
      return rate === null ? [] : [rate];
    });
    book.add({ model, name, modality: "language", rates, where: row.where });
  }
}

/** The price of a search, from a table of tools; null where this is no such table. */
function searchRate($: CheerioAPI, element: PageElement, collector: OfferingCollector): DocumentRate | null {
  const table = headedTable($, element, /^tool$/i);
  const rows = table === null ? null : rowsUnder(table, { required: ["tool", "price"], optional: [] });
  const row = rows?.find((each) => /^web search$/i.test(each.cell("tool").text));
  if (row === undefined) return null;
  const about = { offering: "anthropic/web-search", cell: row.cell("price"), bare: null };
  return rateFromCell(collector, { ...about, meters: { search: "web_search" } });
}

/** A search costs the same whichever model asks for it. */
function addSearch(book: ModelBook, rate: DocumentRate): void {
  const isUsual = ({ meter, when }: DocumentRate) =>
    meter === "input_tokens" && Object.keys(when).length === 0;
  const models = book.models().filter(({ rates }) => rates.some(isUsual));
  for (const model of new Set(models.map((entry) => entry.model))) {
    book.add({ model, modality: "language", rates: [rate], where: rate.where ?? "" });
  }
}

const BASE: Columns = [
  ["base input tokens", "input_tokens"],
  ["5m cache writes", "cache_write_tokens"],
  ["1h cache writes", "cache_write_1h_tokens"],
  ["cache hits and refreshes", "cache_read_tokens"],
  ["output tokens", "output_tokens"],
];

const BATCH: Columns = [
  ["batch input", "input_tokens"],
  ["batch output", "output_tokens"],
];

const PLAIN: Columns = [
  ["input", "input_tokens"],
  ["output", "output_tokens"],
];
