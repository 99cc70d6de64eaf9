import { type CsvRecord, err, isStorable, type Nanos, ok, type Result, readCsv } from "@ratebook/core";
import { z } from "zod";
import { readAmount, readCount, readDay } from "./read-cell.ts";

const Column = z.string().min(1).max(200);

/** Which column of a provider's document is what. */
export const UpstreamMapping = z.strictObject({
  /** A date (`2026-11-22…`) or seconds since 1970; days are UTC. */
  day: Column,
  model: Column,
  amount: Column,
  amountIn: z.enum(["usd", "cents"]).default("usd"),
  /** How many requests a line is about. */
  requests: Column.nullable().default(null),
  /** The provider's spelling of a model, and our offering, where the catalogue does not know it as an alias. */
  models: z.record(z.string().max(300), z.string().max(300)).default({}),
  /** Our meter, and the column of its quantity; only an audit against the catalogue needs them. Pools never overlap. */
  quantities: z.record(z.string().max(100), Column).default({}),
});
export type UpstreamMapping = z.infer<typeof UpstreamMapping>;

export type UpstreamRow = {
  line: number;
  day: string;
  model: string;
  amount: Nanos;
  requests: bigint | null;
  /** By meter; only those above 0. */
  quantities: { [meter: string]: bigint };
};

/** A row that cannot be read, and why. */
export type BadRow = { line: number; message: string };

/**
 * Reads a provider's invoice or usage export by its mapping. Amounts are rounded half-even to nanos, a line each. Rows
 * without a model and an amount, as exports write for periods without usage, are left out.
 *
 * @returns the rows, and every row that cannot be read; a sentence where the document or a column is not there at all
 */
export function readUpstreamCsv(
  text: string,
  mapping: UpstreamMapping,
): Result<{ rows: UpstreamRow[]; bad: BadRow[] }, string> {
  const lost = text.indexOf("\uFFFD");
  if (lost !== -1) {
    const line = text.slice(0, lost).split(/\r\n|\r|\n/).length;
    return err(`line ${line}: characters were lost because the document was not UTF-8; save it as UTF-8`);
  }
  const read = readCsv(text);
  if (!read.ok) return err(`line ${read.error.line}: ${read.error.message}`);
  const [header, ...records] = read.value;
  if (header === undefined || records.length === 0) return err("the document has no rows below its header");
  const reader = upstreamRows(header, mapping);
  if (!reader.ok) return reader;
  const [rows, bad]: [UpstreamRow[], BadRow[]] = [[], []];
  for (const record of records) {
    const row = reader.value(record);
    if (!row.ok) bad.push({ line: record.line, message: row.error });
    else if (row.value !== null) rows.push(row.value);
  }
  if (rows.length === 0 && bad.length === 0)
    return err("the document has no rows with a model and an amount");
  return ok({ rows, bad });
}

/** Reads one row; null where it is about nothing, a sentence that names the column where it cannot be read. */
export type ReadUpstreamRow = (record: CsvRecord) => Result<UpstreamRow | null, string>;

/**
 * Makes the reader of a document's rows from its header.
 *
 * @returns a sentence where a column of the mapping is not there, or is there twice
 */
export function upstreamRows(header: CsvRecord, mapping: UpstreamMapping): Result<ReadUpstreamRow, string> {
  const names = header.cells.map((cell) => cell.trim());
  const wanted = [
    mapping.day,
    mapping.model,
    mapping.amount,
    ...(mapping.requests === null ? [] : [mapping.requests]),
    ...Object.values(mapping.quantities),
  ];
  const missing = wanted.find((column) => !names.includes(column));
  if (missing !== undefined) return err(`there is no column “${missing}”; there are ${names.join(", ")}`);
  const twice = wanted.find((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (twice !== undefined) return err(`the column “${twice}” is there twice`);
  const places = new Map(wanted.map((column) => [column, names.indexOf(column)]));
  return ok(({ line, cells }) => {
    if (cells.length > names.length) return err(`has ${cells.length} cells, and the header ${names.length}`);
    const cell = (column: string): string => (cells[places.get(column) ?? -1] ?? "").trim();
    const row = readRow(line, cell, mapping);
    const cut = wanted.find((column) => (places.get(column) ?? 0) >= cells.length);
    return row.ok && row.value !== null && cut !== undefined ? err(`${cut}: the row ends before it`) : row;
  });
}

function readRow(
  line: number,
  cell: (column: string) => string,
  mapping: UpstreamMapping,
): Result<UpstreamRow | null, string> {
  const model = cell(mapping.model);
  if (model === "" && cell(mapping.amount) === "") return ok(null);
  const day = readDay(cell(mapping.day));
  if (day === null) return err(`${mapping.day}: “${cell(mapping.day)}” is no date of the form 2026-11-22`);
  if (model === "") return err(`${mapping.model}: is empty`);
  if (model.length > 300 || !isStorable(model)) return err(`${mapping.model}: is no name of a model`);
  const amount = readAmount(cell(mapping.amount), mapping.amountIn);
  if (amount === null) return err(`${mapping.amount}: “${cell(mapping.amount)}” is no amount`);
  const requests = mapping.requests === null ? null : readCount(cell(mapping.requests));
  if (mapping.requests !== null && requests === null)
    return err(`${mapping.requests}: “${cell(mapping.requests)}” is no whole number`);
  const quantities: UpstreamRow["quantities"] = {};
  for (const [meter, column] of Object.entries(mapping.quantities)) {
    const quantity = cell(column) === "" ? 0n : readCount(cell(column));
    if (quantity === null) return err(`${column}: “${cell(column)}” is no whole number`);
    if (quantity > 0n) quantities[meter] = quantity;
  }
  return ok({ line, day, model, amount, requests, quantities });
}
