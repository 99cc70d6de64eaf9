import { type DocumentOffering, type DocumentRate, err, type Meter, type Result } from "@ratebook/core";
import { cssPlace } from "../../document/html-place.ts";
import { headedTable, type PriceTable } from "../../document/html-table.ts";
import { type ModelBook, modelBook } from "../../document/model-book.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { rateFromCell, type Unit, type UnitName } from "../../document/price-cell.ts";
import { noPriceTable, readHtmlDocument } from "../../document/read-html.ts";
import { statedUnit } from "../../document/stated-unit.ts";
import { type Row, refuseRow, refuseUneven, rowsUnder } from "../../document/table-rows.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";

/** Z.ai's own price page: text and vision models, images, videos, and its search. */
export const zai: PriceSource = {
  id: "zai",
  title: "Z.ai pricing page",
  homepage: "https://docs.z.ai/guides/overview/pricing",
  defaultUrl: "https://docs.z.ai/guides/overview/pricing",
  hosts: ["docs.z.ai"],
  contentTypes: ["text/html"],
  schedule: "3 1,7,13,19 * * *",
  freshnessHours: 72,
  kind: "page",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const page = readHtmlDocument(zai.id, raw);
  if (!page.ok) return page;
  const $ = page.value;
  const collector = offeringCollector(zai.id, context.fetchedAt);
  const book = modelBook(collector, "zai", zai.homepage);
  let understood = 0;
  for (const element of $("table").get()) {
    const table = headedTable($, element, /^(model|tool)$/i);
    const unit = statedUnit($, element);
    if (table !== null && readTable(table, { collector, book, unit })) understood += 1;
    else if (/\$\s?\d/.test($(element).text())) {
      collector.alert("refused_rows", "a table whose headings are not known", cssPlace($, element));
    }
  }
  if (understood === 0)
    return err(noPriceTable(zai.id, $, "a table with the headings Model, Input and Output"));
  addSearch(book);
  book.finish();
  return collector.finish();
}

/** `unit` is what the words above the table say a bare number is counted in. */
type Reading = { collector: OfferingCollector; book: ModelBook; unit: Unit | null };

function readTable(table: PriceTable, reading: Reading): boolean {
  const tokens = rowsUnder(table, {
    required: ["model", "input", "cached input", "output"],
    // Keeping a cache is no request: nothing bills it.
    optional: ["cached input storage"],
  });
  const single = rowsUnder(table, { required: ["model", "price"], optional: [] });
  const tools = rowsUnder(table, { required: ["tool", "cost"], optional: [] });
  for (const row of tokens ?? []) readTokens(row, reading);
  for (const row of single ?? []) readSingle(row, reading);
  for (const row of tools ?? []) readTool(row, reading);
  const isRead = tokens !== null || single !== null || tools !== null;
  if (isRead) refuseUneven(reading.collector, table);
  return isRead;
}

function readTokens(row: Row, { collector, book, unit }: Reading): void {
  const model = modelIn(row, collector);
  if (model === null) return;
  const rates = TOKEN_COLUMNS.flatMap(([heading, meter]): DocumentRate[] => {
    const cell = row.cell(heading);
    const rate = rateFromCell(collector, {
      offering: `zai/${model}`,
      cell,
      meters: { token: meter },
      bare: unit,
    });
    return rate === null ? [] : [rate];
  });
  book.add({ model, aliases: [model.toLowerCase()], modality: "language", rates, where: row.where });
}

/** Models with one price: per image or per video, as the words above the table say. */
function readSingle(row: Row, { collector, book, unit }: Reading): void {
  const model = modelIn(row, collector);
  if (model === null) return;
  const cell = row.cell("price");
  const rate = rateFromCell(collector, { offering: `zai/${model}`, cell, meters: SINGLE, bare: unit });
  const modality = (unit === null ? undefined : MODALITIES.get(unit.of)) ?? "stt";
  book.add({
    model,
    aliases: [model.toLowerCase()],
    modality,
    rates: rate === null ? [] : [rate],
    where: row.where,
  });
}

function readTool(row: Row, { collector, book }: Reading): void {
  const tool = row.cell("tool").text;
  if (!/^web search$/i.test(tool)) {
    collector.alert("unmetered_price_key", `tool ${tool}`, row.where);
    return;
  }
  const about = { offering: `zai/${WEB_SEARCH}`, cell: row.cell("cost"), bare: null };
  const rate = rateFromCell(collector, { ...about, meters: { call: "web_search", search: "web_search" } });
  if (rate !== null) book.add({ model: WEB_SEARCH, modality: "search", rates: [rate], where: row.where });
}

/** The built-in search costs the same with every model that answers in text. */
function addSearch(book: ModelBook): void {
  const search = book.models().find(({ model }) => model === WEB_SEARCH);
  if (search === undefined) return;
  for (const { model, modality, rates } of [...book.models()]) {
    if (modality !== "language" || rates.length === 0) continue;
    book.add({ model, modality, rates: search.rates, where: search.where });
  }
}

function modelIn(row: Row, collector: OfferingCollector): string | null {
  const { text } = row.cell("model");
  if (/^[A-Za-z][\w.-]*$/.test(text)) return text;
  refuseRow(collector, row.where, "no model's name", text);
  return null;
}

const WEB_SEARCH = "web-search";

const TOKEN_COLUMNS = [
  ["input", "input_tokens"],
  ["cached input", "cache_read_tokens"],
  ["output", "output_tokens"],
] as const satisfies readonly (readonly [string, Meter])[];

const SINGLE = { image: "image", video: "video_request", second: "stt_second" } as const;

const MODALITIES: ReadonlyMap<UnitName, DocumentOffering["modality"]> = new Map<
  UnitName,
  DocumentOffering["modality"]
>([
  ["image", "image"],
  ["video", "video"],
]);
