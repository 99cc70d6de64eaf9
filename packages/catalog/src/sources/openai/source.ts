import { type Conditions, err, type Result } from "@ratebook/core";
import { modelBook } from "../../document/model-book.ts";
import { offeringCollector } from "../../document/offering-collector.ts";
import { noPriceTable, readHtmlDocument } from "../../document/read-html.ts";
import { refuseRow } from "../../document/table-rows.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { readHeadless } from "./headless-rows.ts";
import { longContextAbove, type PageTable, pageTables } from "./page-tables.ts";
import { type Reading, readTable, WEB_SEARCH } from "./read-table.ts";

/** OpenAI's own price page: every service tier, short and long context, media, speech, video and search. */
export const openai: PriceSource = {
  id: "openai",
  title: "OpenAI pricing page",
  homepage: "https://developers.openai.com/api/docs/pricing",
  defaultUrl: "https://developers.openai.com/api/docs/pricing",
  hosts: ["developers.openai.com", "platform.openai.com"],
  contentTypes: ["text/html"],
  schedule: "41 */6 * * *",
  freshnessHours: 48,
  kind: "page",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const page = readHtmlDocument(openai.id, raw);
  if (!page.ok) return page;
  const $ = page.value;
  const collector = offeringCollector(openai.id, context.fetchedAt);
  const book = modelBook(collector, "openai", openai.homepage);
  const longAbove = longContextAbove($);
  let understood = 0;
  for (const found of pageTables($)) {
    const when = TIERS.get(found.tier);
    if (when === undefined) {
      collector.alert("refused_rows", `the service tier ${found.tier}`, found.where);
      continue;
    }
    if (readPageTable(found, { collector, book, when, unit: found.unit, longAbove })) understood += 1;
  }
  if (understood === 0) {
    return err(noPriceTable(openai.id, $, "a table with the headings Model, Input and Output"));
  }
  addSearch(book);
  book.finish();
  return collector.finish();
}

function readPageTable({ table, headless, where }: PageTable, reading: Reading): boolean {
  const { collector } = reading;
  const rows = headless.length === 0 ? null : readHeadless(headless, table);
  if (rows?.understood === false) {
    // Neither side is believed: one of them is not what its place says.
    collector.alert("refused_rows", rows.detail, where);
    return false;
  }
  if (table === null || !readTable(table, reading)) {
    collector.alert("refused_rows", "a table whose headings are not known", where);
    return false;
  }
  if (rows === null) return true;
  for (const each of rows.tables) readTable(each, reading);
  for (const row of rows.refused)
    refuseRow(collector, row.where, "prices that do not fit their columns", row.text);
  return true;
}

/** "All models" search at one price: the price is stated once for the tool and holds for each model
 * that answers in text. */
function addSearch(book: ReturnType<typeof modelBook>): void {
  const [search] = book.models().filter(({ model }) => model === WEB_SEARCH);
  if (search === undefined) return;
  const usual = book
    .models()
    .flatMap(({ model, rates }) =>
      rates.filter(({ when }) => when.service_tier === undefined).map(({ meter }) => ({ model, meter })),
    );
  const meters = Map.groupBy(usual, ({ model }) => model);
  const answersInText = (model: string) => {
    const priced = (meters.get(model) ?? []).map(({ meter }) => meter);
    return priced.includes("output_tokens") && !priced.some((meter) => meter.startsWith("audio_"));
  };
  const talking = book
    .models()
    .filter(
      ({ modality, model }) => modality === "language" && !model.startsWith("ft:") && answersInText(model),
    );
  for (const { model } of new Map(talking.map((entry) => [entry.model, entry])).values()) {
    book.add({ model, modality: "language", rates: search.rates, where: search.where });
  }
}

/** The page's names of service tiers; Fast mode was called Priority until 2026-07-30 and is asked for by either. */
const TIERS: ReadonlyMap<string, Conditions> = new Map<string, Conditions>([
  ["standard", {}],
  ["batch", { service_tier: "batch" }],
  ["flex", { service_tier: "flex" }],
  ["fast", { service_tier: "priority" }],
  ["priority", { service_tier: "priority" }],
]);
