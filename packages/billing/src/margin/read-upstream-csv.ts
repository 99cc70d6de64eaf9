import {
  type CsvRecord,
  decimalTextFromScientific,
  err,
  type Nanos,
  nanos,
  ok,
  parseDecimal,
  type Result,
  readCsv,
  roundHalfEven,
} from "@ratebook/core";
import { z } from "zod";

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
    return readRow(line, cell, mapping);
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
  if (model.length > 300 || model.includes("\0") || !model.isWellFormed())
    return err(`${mapping.model}: is no name of a model`);
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

/** A whole number as documents print it: with commas between thousands, or with a zero fraction. */
export function readCount(text: string): bigint | null {
  const digits = text.replaceAll(",", "").replace(/\.0+$/, "");
  return /^\d{1,15}$/.test(digits) ? BigInt(digits) : null;
}

/** The UTC day of a date, of an instant written as one, or of seconds since 1970; null where it is none of them. */
export function readDay(text: string): string | null {
  const seconds = /^\d{10}$/.test(text) ? new Date(Number(text) * 1000).toISOString() : text;
  const day = /^(2[01]\d\d-\d\d-\d\d)(?:$|[T ])/.exec(seconds)?.[1];
  // A date that does not exist, like 30 February, rolls over.
  return day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
    ? day
    : null;
}

/**
 * An amount as documents print it, rounded half-even to nanos; null where it is none. A negative amount is a credit.
 * Thousands are told apart by commas, as documents in dollars do.
 */
export function readAmount(text: string, unit: UpstreamMapping["amountIn"]): Nanos | null {
  const plain = text.replace(/^(-?)\$/, "$1");
  const digits = /^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(plain) ? plain.replaceAll(",", "") : plain;
  const decimal = decimalTextFromScientific(digits, 20);
  if (!decimal.ok) return null;
  const { num, den } = parseDecimal(decimal.value);
  const amount = roundHalfEven({ num: num * 1_000_000_000n, den: den * (unit === "cents" ? 100n : 1n) });
  return amount > MOST || amount < -MOST ? null : nanos(amount);
}

/** A billion dollars: no line of an invoice is more. */
const MOST = 1_000_000_000n * 1_000_000_000n;
