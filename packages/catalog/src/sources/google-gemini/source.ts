import {
  type Conditions,
  type DocumentOffering,
  type DocumentRate,
  err,
  type Meter,
  type Result,
} from "@ratebook/core";
import type { CheerioAPI } from "cheerio";
import { type Cell, headedTable, headingKey, type PriceTable, plainText } from "../../document/html-table.ts";
import { withMediaInput } from "../../document/media-input.ts";
import { type BookEntry, type ModelBook, modelBook } from "../../document/model-book.ts";
import { type OfferingCollector, offeringCollector } from "../../document/offering-collector.ts";
import { readPriceCell } from "../../document/price-cell.ts";
import { noPriceTable, readHtmlDocument } from "../../document/read-html.ts";
import { headingKeys, refuseUneven } from "../../document/table-rows.ts";
import type { ParseContext, ParsedSource, PriceSource, SourceFailure } from "../../source.ts";
import { type Medium, type PricePart, readParts } from "./price-parts.ts";

/** Google's own price page of the Gemini API: by prompt size, by medium, in the standard and other tiers. */
export const googleGemini: PriceSource = {
  id: "google-gemini",
  title: "Gemini API pricing page",
  homepage: "https://ai.google.dev/gemini-api/docs/pricing",
  defaultUrl: "https://ai.google.dev/gemini-api/docs/pricing?hl=en",
  hosts: ["ai.google.dev"],
  contentTypes: ["text/html"],
  schedule: "53 */6 * * *",
  freshnessHours: 48,
  kind: "page",
  bundled: null,
  parse,
};

function parse(raw: Uint8Array | string, context: ParseContext): Result<ParsedSource, SourceFailure> {
  const page = readHtmlDocument(googleGemini.id, raw);
  if (!page.ok) return page;
  const $ = page.value;
  const collector = offeringCollector(googleGemini.id, context.fetchedAt);
  const book = modelBook(collector, "google", googleGemini.homepage, withMedia);
  let understood = 0;
  for (const { table, model, name, tier, bare } of priceTables($)) {
    const when = TIERS.get(tier);
    if (when === undefined || model === null) {
      const unclear = when === undefined ? `the service tier ${tier}` : "a table under no model's name";
      collector.alert("refused_rows", unclear, table.where);
      continue;
    }
    understood += 1;
    readTable(table, { collector, book, model, name, when, bare, asOf: context.fetchedAt });
  }
  if (understood === 0) {
    const looked = "a table with the heading Paid Tier, per 1M tokens in USD";
    return err(noPriceTable(googleGemini.id, $, looked));
  }
  book.finish();
  return collector.finish();
}

type ModelTable = {
  table: PriceTable;
  model: string | null;
  name: string;
  tier: string;
  bare: Bare;
};

/** The page's price tables in their order, each with the model and the tier whose headings it stands under. */
function priceTables($: CheerioAPI): ModelTable[] {
  let heading = { name: "", id: "" };
  let tier = "standard";
  const tables: ModelTable[] = [];
  for (const element of $("h2, h3, table").get()) {
    if (element.name === "h2") {
      heading = { name: plainText($(element).text()), id: element.attribs.id ?? "" };
      tier = "standard";
    } else if (element.name === "h3") {
      tier = headingKey($(element).text());
    } else {
      const table = headedTable($, element, /^$/);
      const [bare] = table === null ? [] : headingKeys(table).flatMap((key) => COLUMNS.get(key) ?? []);
      if (table === null || bare === undefined) continue;
      tables.push({ table, model: modelOf(heading), name: heading.name, tier, bare });
    }
  }
  return tables;
}

type Reading = {
  collector: OfferingCollector;
  book: ModelBook;
  model: string;
  name: string;
  when: Conditions;
  bare: Bare;
  asOf: Date;
};

function readTable(table: PriceTable, reading: Reading): void {
  const { collector, book, model, name } = reading;
  const column = headingKeys(table).findIndex((key) => COLUMNS.has(key));
  const rates = table.rows.flatMap(({ where, cells }) => {
    const label = headingKey(cells[0]?.text ?? "");
    const cell = cells[column] ?? { text: "", where };
    const kind = ROWS.find(({ pattern }) => pattern.test(label));
    if (kind !== undefined) return kind.meters === null ? [] : cellRates(cell, kind.meters, reading);
    if (/\$\s?\d/.test(cell.text)) collector.alert("unknown_price_key", label, cell.where);
    return [];
  });
  refuseUneven(collector, table);
  book.add({ model, name, modality: modalityOf(model), rates, where: table.where });
}

/**
 * Where the page tells media apart, what it does not name has no price; where it does not, the price is for all.
 * Without a price of cached tokens there is none for cached media either: the row may only have gone missing.
 */
function withMedia({ model, modality }: BookEntry, rates: DocumentRate[]): DocumentRate[] {
  const toldApart = rates.some(({ meter }) => /^(image|video|audio)_input_tokens$/.test(meter));
  const withThem = withMediaInput({ provider: "google", model, modality }, rates, () => !toldApart);
  return withThem.filter((rate) => rates.includes(rate) || !rate.meter.endsWith("_cached_tokens"));
}

/** Which meter each medium's amount is for; null where a row has no meter for it. */
type RowMeters = { [K in Medium]: Meter | null };

function cellRates(
  cell: Cell,
  meters: RowMeters,
  { collector, model, when, bare, asOf }: Reading,
): DocumentRate[] {
  const offering = `google/${model}`;
  const plain = readPriceCell(cell.text);
  if (plain.is === "none") return [];
  if (plain.is === "free") {
    const about = { offering, meter: meters.text ?? "input_tokens", value: "0", free: true } as const;
    const rate = collector.price({ ...about, per: 1_000_000, when, where: cell.where });
    return rate === null ? [] : [rate];
  }
  const parts = plain.is === "refused" && plain.kind === "not_usd" ? null : readParts(cell.text);
  const refuse = (detail: string) => {
    const kind = plain.is === "refused" && plain.kind === "not_usd" ? "not_usd" : "ambiguous_price";
    const printed = cell.text.slice(0, 80).toWellFormed();
    collector.refuse({ kind, where: cell.where, offering, meter: meters.text, when, printed, detail });
  };
  if (parts === null) {
    refuse("not understood as a whole");
    return [];
  }
  const priced = parts.map((part) => ({ part, billed: billedAs(part, meters, bare) }));
  if (priced.some(({ billed }) => billed.includes(null))) {
    refuse("an amount for something that no meter bills");
    return [];
  }
  return priced
    .filter(({ part }) => part.validUntil === undefined || new Date(part.validUntil) > asOf)
    .flatMap(({ part, billed }) =>
      billed.flatMap((meter) => {
        if (meter === null) return [];
        const rate = collector.price({
          offering,
          meter,
          value: part.usd,
          per: meter === "image" ? 1 : 1_000_000,
          when: { ...when, ...(part.above === undefined ? {} : { total_input_tokens_above: part.above }) },
          where: cell.where,
          validFrom: part.validFrom,
          validUntil: part.validUntil,
        });
        return rate === null ? [] : [rate];
      }),
    );
}

function billedAs(part: PricePart, meters: RowMeters, bare: Bare): (Meter | null)[] {
  if (part.of === "image" || bare === "image") return ["image"];
  if (bare === "unsaid") return [null];
  // One price of cached tokens is for whatever is cached.
  const untold: readonly Medium[] = meters === CACHED ? ["text", "image", "audio"] : ["text"];
  return [...new Set((part.media ?? untold).map((medium) => meters[medium]))];
}

/** The API's name of the model a section is about: its anchor, or its title spelled as one. */
function modelOf({ name, id }: { name: string; id: string }): string | null {
  const spelled = name
    .toLowerCase()
    .replace(/[^a-z0-9. -]/g, "")
    .trim()
    .replace(/\s+/g, "-");
  return [id, spelled].find((text) => /^(gemini|gemma|imagen|veo|lyria)-[a-z0-9.-]+$/.test(text)) ?? null;
}

function modalityOf(model: string): DocumentOffering["modality"] {
  if (/embed/.test(model)) return "embedding";
  if (/(^|-)tts(-|$)/.test(model)) return "tts";
  if (/^imagen-|-image(-|$)/.test(model)) return "image";
  return model.startsWith("veo-") ? "video" : "language";
}

/** What a bare amount of a column is counted in. */
type Bare = "token" | "image" | "unsaid";

/** The headings of the column with the prices. */
const COLUMNS: ReadonlyMap<string, Bare> = new Map<string, Bare>([
  ["paid tier, per 1m tokens in usd", "token"],
  ["paid tier, per image in usd", "image"],
  ["price", "unsaid"],
]);

const TIERS: ReadonlyMap<string, Conditions> = new Map<string, Conditions>([
  ["standard", {}],
  ["batch", { service_tier: "batch" }],
  ["flex", { service_tier: "flex" }],
  ["priority", { service_tier: "priority" }],
]);

const INPUT: RowMeters = {
  text: "input_tokens",
  image: "image_input_tokens",
  video: "video_input_tokens",
  audio: "audio_input_tokens",
};
const OUTPUT: RowMeters = {
  text: "output_tokens",
  image: "image_output_tokens",
  video: "video_output_tokens",
  audio: "audio_output_tokens",
};
/** Cached video is counted with cached text. */
const CACHED: RowMeters = {
  text: "cache_read_tokens",
  image: "image_input_cached_tokens",
  video: "cache_read_tokens",
  audio: "audio_input_cached_tokens",
};
const IMAGE: RowMeters = { text: "image", image: "image", video: null, audio: null };

/** The rows of a model's table, by their labels. What has no meter is no price of a request. */
const ROWS: readonly { pattern: RegExp; meters: RowMeters | null }[] = [
  { pattern: /^input price( \([a-z, /]+\))?$/, meters: INPUT },
  { pattern: /^output price( \((including thinking tokens|[a-z, /]+)\))?$/, meters: OUTPUT },
  { pattern: /^context caching price$/, meters: CACHED },
  { pattern: /^image (generation|price)$/, meters: IMAGE },
  { pattern: /^context caching \(storage\)$/, meters: null },
  { pattern: /^used to improve our products$/, meters: null },
];
