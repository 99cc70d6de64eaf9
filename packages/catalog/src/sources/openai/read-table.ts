import type { Conditions, DocumentOffering, DocumentRate, Meter } from "@ratebook/core";
import { type Cell, headingKey, type PriceTable } from "../../document/html-table.ts";
import type { ModelBook } from "../../document/model-book.ts";
import type { OfferingCollector } from "../../document/offering-collector.ts";
import { rateFromCell, type Unit } from "../../document/price-cell.ts";
import { type Headings, headingKeys, type Row, refuseUneven, rowsUnder } from "../../document/table-rows.ts";

/** What the tables of the page have in common. */
export type Reading = {
  collector: OfferingCollector;
  book: ModelBook;
  when: Conditions;
  unit: Unit | null;
  /** Input tokens above which "Long context" prices hold, or null where the page does not say. */
  longAbove: number | null;
};

/**
 * Reads a table by its headings, wherever it stands. False for a table whose headings are not all known, or whose
 * "Long context" has no threshold: nothing is taken from a table that is not understood as a whole.
 */
export function readTable(table: PriceTable, reading: Reading): boolean {
  const long = headingKeys(table).some((key) => key.startsWith(LONG));
  if (long && reading.longAbove === null) return false;
  for (const reader of READERS) {
    const rows = rowsUnder(table, reader);
    if (rows === null) continue;
    for (const row of rows) reader.read(row, reading);
    refuseUneven(reading.collector, table);
    return true;
  }
  return false;
}

/**
 * A model's name as the API knows it, from a cell that may say up to how many tokens the row holds; null for a
 * cell that says anything else.
 */
export function modelOf(text: string): { model: string; onlyUpTo: number | undefined } | null {
  const [, name, thousands] = /^(\S+)(?: \([<≤] ?(\d+)K context length\))?$/i.exec(text) ?? [];
  if (name === undefined) return null;
  const model = CALLED.get(name) ?? name;
  return { model, onlyUpTo: thousands === undefined ? undefined : Number(thousands) * 1000 };
}

/** Input, cached input, cache writes and output of a language model, short and long context side by side. */
function readText(row: Row, reading: Reading, modality: DocumentOffering["modality"] = "language"): void {
  const named = nameIn(row.cell("model"), row, reading);
  if (named === null) return;
  const rates = ["", SHORT, LONG].flatMap((group) =>
    TEXT_COLUMNS.flatMap(([heading, meter]) => {
      const above = group === LONG && reading.longAbove !== null ? reading.longAbove : undefined;
      const when = above === undefined ? {} : { total_input_tokens_above: above };
      return perToken(reading, named.model, row.cell(group + heading), meter, when);
    }),
  );
  reading.book.add({ ...named, modality, rates, where: row.where });
}

/** Inference on a fine-tuned model; training is no usage. */
function readTuned(row: Row, reading: Reading): void {
  const named = nameIn(row.cell("model"), row, reading);
  if (named === null) return;
  const tuned = `ft:${named.model}`;
  const rates = TEXT_COLUMNS.flatMap(([heading, meter]) =>
    perToken(reading, tuned, row.cell(heading), meter),
  );
  reading.book.add({ ...named, model: tuned, modality: "language", rates, where: row.where });
}

/** One row for each medium: text, sound and images have their own prices. */
function readMedium(row: Row, reading: Reading): void {
  const named = nameIn(row.cell("model"), row, reading);
  if (named === null) return;
  const meters = MEDIA.get(headingKey(row.cell("modality").text));
  if (meters === undefined) {
    const detail = "a medium that is not known";
    refuseRow(row, reading, named.model, detail);
    return;
  }
  const output = row.cell("output").text === "" ? row.cell("output / cost") : row.cell("output");
  const cells = [row.cell("input"), row.cell("cached input"), output];
  const rates = meters.flatMap((meter, column) => {
    const cell = cells[column];
    return cell === undefined ? [] : perToken(reading, named.model, cell, meter);
  });
  const modality = /(^|-)tts(-|$)/.test(named.model)
    ? "tts"
    : /image/.test(named.model)
      ? "image"
      : "language";
  reading.book.add({ ...named, modality, rates, where: row.where });
}

function readVideo(row: Row, reading: Reading): void {
  const named = nameIn(row.cell("model"), row, reading);
  if (named === null) return;
  const rate = rateFromCell(reading.collector, {
    offering: `openai/${named.model}`,
    cell: row.cell("price per second"),
    meters: { second: "video_second" },
    bare: { of: "second", per: 1 },
    when: { ...reading.when, resolution: row.cell("size").text },
  });
  reading.book.add({ ...named, modality: "video", rates: rate === null ? [] : [rate], where: row.where });
}

/** Transcription is sold by the token or, where there are no token prices, by the minute. */
function readTranscription(row: Row, reading: Reading): void {
  const named = nameIn(row.cell("model"), row, reading);
  if (named === null) return;
  const offering = `openai/${named.model}`;
  if (!/\btranscription\b/i.test(row.cell("use case").text)) {
    reading.collector.alert("unmetered_price_key", row.cell("use case").text, row.where);
    refuseRow(row, reading, named.model, "a use that no meter bills");
    return;
  }
  const tokens = [
    ...perToken(reading, named.model, row.cell("input"), "input_tokens"),
    ...perToken(reading, named.model, row.cell("output"), "output_tokens"),
  ];
  const cell = row.cell("estimated cost");
  const when = reading.when;
  const minute =
    tokens.length > 0
      ? null
      : rateFromCell(reading.collector, {
          offering,
          cell,
          meters: { second: "stt_second" },
          bare: null,
          when,
        });
  if (tokens.length > 0) {
    const detail = "an estimate beside the prices per token";
    const about = { where: cell.where, offering, when, printed: cell.text, detail };
    reading.collector.refuse({ ...about, kind: "ambiguous_price", meter: "stt_second" });
  }
  const rates = minute === null ? tokens : [minute];
  reading.book.add({ ...named, modality: "stt", rates, where: row.where });
}

function readSpecialized(row: Row, reading: Reading): void {
  readText(row, reading, /^embedding$/i.test(row.cell("category").text) ? "embedding" : "language");
}

/** A search is a tool of all models: it has a row of its own and is added to the language models at the end. */
function readTool(row: Row, reading: Reading): void {
  const details = row.cell("details").text;
  const cell = row.cell("pricing");
  if (!/^web search \(all models\)$/i.test(details)) {
    reading.collector.alert("unmetered_price_key", `tool ${row.cell("tool").text}: ${details}`, row.where);
    return;
  }
  const offering = `openai/${WEB_SEARCH}`;
  const meters = { call: "web_search", search: "web_search" } as const;
  const rate = rateFromCell(reading.collector, { offering, cell, meters, bare: null, when: reading.when });
  if (rate !== null) {
    reading.book.add({ model: WEB_SEARCH, modality: "search", rates: [rate], where: row.where });
  }
}

function nameIn(cell: Cell, row: Row, reading: Reading): ReturnType<typeof modelOf> {
  const named = modelOf(cell.text);
  if (named === null) {
    const detail = `${JSON.stringify(cell.text.slice(0, 60))} is no model's name`;
    reading.collector.refuse({ kind: "invalid_row", where: row.where, offering: null, meter: null, detail });
  }
  return named;
}

function refuseRow(row: Row, reading: Reading, model: string, detail: string): void {
  const offering = `openai/${model}`;
  reading.collector.refuse({ kind: "invalid_row", where: row.where, offering, meter: null, detail });
}

function perToken(
  { collector, unit, when: always }: Reading,
  model: string,
  cell: Cell,
  meter: Meter,
  when: Conditions = {},
): DocumentRate[] {
  const meters = { token: meter, character: "tts_character" } as const;
  const conditions = { ...always, ...when };
  const rate = rateFromCell(collector, {
    offering: `openai/${model}`,
    cell,
    meters,
    bare: unit,
    when: conditions,
  });
  return rate === null ? [] : [rate];
}

/** The offering that stands for the search tool itself. */
export const WEB_SEARCH = "web-search";

const SHORT = "short context/";
const LONG = "long context/";

/** The columns of a language model's prices. */
export const TEXT_COLUMNS = [
  ["input", "input_tokens"],
  ["cached input", "cache_read_tokens"],
  ["cache writes", "cache_write_tokens"],
  ["output", "output_tokens"],
] as const satisfies readonly (readonly [string, Meter])[];

/** Input, cached input and output of each medium. What is "image output" is an image made, in tokens. */
const MEDIA: ReadonlyMap<string, readonly [Meter, Meter, Meter]> = new Map([
  ["text", ["input_tokens", "cache_read_tokens", "output_tokens"]],
  ["audio", ["audio_input_tokens", "audio_input_cached_tokens", "audio_output_tokens"]],
  ["image", ["image_input_tokens", "image_input_cached_tokens", "image_output_tokens"]],
]);

/** Models that the page calls by another name than the API. */
const CALLED: ReadonlyMap<string, string> = new Map([["Whisper", "whisper-1"]]);

type Reader = Headings & { read: (row: Row, reading: Reading) => void };

const columns = (group: string) => TEXT_COLUMNS.map(([heading]) => group + heading);

const READERS: readonly Reader[] = [
  {
    required: ["model", "input", "output"],
    optional: columns(""),
    read: (row, reading) => readText(row, reading),
  },
  {
    required: ["model", `${SHORT}input`, `${SHORT}output`, `${LONG}input`, `${LONG}output`],
    optional: [...columns(SHORT), ...columns(LONG)],
    read: (row, reading) => readText(row, reading),
  },
  { required: ["model", "training", "input", "output"], optional: ["cached input"], read: readTuned },
  { required: ["model", "modality", "input", "cached input", "output"], optional: [], read: readMedium },
  {
    required: ["model", "modality", "input", "cached input", "output / cost"],
    optional: [],
    read: readMedium,
  },
  { required: ["model", "size", "price per second"], optional: ["portrait", "landscape"], read: readVideo },
  {
    required: ["model", "use case", "input", "output", "estimated cost"],
    optional: [],
    read: readTranscription,
  },
  { required: ["category", "model", "input", "cached input", "output"], optional: [], read: readSpecialized },
  { required: ["tool", "details", "pricing"], optional: [], read: readTool },
];
