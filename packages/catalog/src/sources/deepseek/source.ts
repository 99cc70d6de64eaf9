import { type DocumentRate, err, type Meter, type Result } from "@ratebook/core";
import type { CheerioAPI } from "cheerio";
import { cssPlace, type PageElement } from "../../document/html-place.ts";
import { type Cell, headingKey, tableGrid } from "../../document/html-table.ts";
import { type ModelBook, modelBook } from "../../document/model-book.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { rateFromCell } from "../../document/price-cell.ts";
import { foreignCurrency, noPriceTable, otherCurrency, readHtmlDocument } from "../../document/read-html.ts";
import { refuseRow } from "../../document/table-rows.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/** DeepSeek's own price page in English. The Chinese one gives other prices, in yuan, and is refused. */
export const deepseek: PriceSource = {
  id: "deepseek",
  title: "DeepSeek pricing page",
  homepage: "https://api-docs.deepseek.com/quick_start/pricing",
  defaultUrl: "https://api-docs.deepseek.com/quick_start/pricing",
  hosts: ["api-docs.deepseek.com"],
  contentTypes: ["text/html"],
  schedule: "7 2,8,14,20 * * *",
  freshnessHours: 72,
  kind: "page",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const page = readHtmlDocument(deepseek.id, raw);
  if (!page.ok) return page;
  const $ = page.value;
  const found = $("table")
    .get()
    .flatMap((element) => transposed($, element) ?? []);
  const looked = "a table of models with rows for 1M input and 1M output tokens";
  const [table] = found;
  if (table === undefined || found.length > 1) return err(noPriceTable(deepseek.id, $, looked));
  const printed = table.prices.flatMap(({ cells }) => cells.map(({ text }) => text)).join(" ");
  const foreign = foreignCurrency(printed);
  if (foreign !== null) return err(otherCurrency(deepseek.id, foreign, printed));

  const collector = offeringCollector(deepseek.id, context.fetchedAt);
  const book = modelBook(collector, "deepseek", deepseek.homepage);
  table.models.forEach((name, column) => {
    readModel(name, column, table, collector, book);
  });
  for (const { where, text } of table.unread)
    refuseRow(collector, where, "a price row that is not known", text);
  book.finish();
  return collector.finish();
}

/** A table whose columns are models: their names, the rows with prices, and price rows nobody has described. */
type ModelColumns = {
  models: readonly Cell[];
  prices: readonly { meter: Meter; cells: readonly Cell[] }[];
  unread: readonly { where: string; text: string }[];
};

/** Reads the table, or null where it is not the one: without input and output prices for each model. */
function transposed($: CheerioAPI, element: PageElement): ModelColumns | null {
  const [header, ...rows] = tableGrid($, element);
  const corner = header?.[0];
  if (header === undefined || corner === undefined || !/^model$/i.test(corner.text)) return null;
  // The corner spans the columns of labels; every column after it is a model.
  const first = header.findIndex((cell) => cell !== corner);
  if (first < 1) return null;
  const prices: { meter: Meter; cells: Cell[] }[] = [];
  const unread: { where: string; text: string }[] = [];
  for (const cells of rows) {
    const labels = [...new Set(cells.slice(0, first))].map((cell) => headingKey(cell.text));
    const meter = METERS.get(labels.join("/"));
    const amounts = cells.slice(first);
    if (meter !== undefined && cells.length === header.length) prices.push({ meter, cells: amounts });
    else if (amounts.some(({ text }) => /\$\s?\d/.test(text))) {
      unread.push({ where: cssPlace($, element), text: cells.map(({ text }) => text).join(" | ") });
    }
  }
  const meters = prices.map(({ meter }) => meter);
  const isWhole = meters.includes("input_tokens") && meters.includes("output_tokens");
  return isWhole && new Set(meters).size === meters.length
    ? { models: header.slice(first), prices, unread }
    : null;
}

function readModel(
  name: Cell,
  column: number,
  table: ModelColumns,
  collector: OfferingCollector,
  book: ModelBook,
): void {
  // A footnote's mark may stand behind the name: "deepseek-v4-flash(1)".
  const model = /^([a-z][a-z0-9.-]*)(?: ?\(\d+\))?$/.exec(name.text)?.[1];
  if (model === undefined) {
    refuseRow(collector, name.where, "no model's name", name.text);
    return;
  }
  const rates = table.prices.flatMap(({ meter, cells }): DocumentRate[] => {
    const cell = cells[column];
    if (cell === undefined) return [];
    const about = { offering: `deepseek/${model}`, cell, meters: { token: meter }, bare: PER_MILLION };
    const rate = rateFromCell(collector, about);
    return rate === null ? [] : [rate];
  });
  book.add({ model, modality: "language", rates, where: name.where });
}

/** The labels of the rows with prices; the unit is part of them. */
const METERS: ReadonlyMap<string, Meter> = new Map<string, Meter>([
  ["pricing/1m input tokens (cache hit)", "cache_read_tokens"],
  ["pricing/1m input tokens (cache miss)", "input_tokens"],
  ["pricing/1m output tokens", "output_tokens"],
]);

const PER_MILLION = { of: "token", per: 1_000_000 } as const;
