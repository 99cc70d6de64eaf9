import {
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
});
export type UpstreamMapping = z.infer<typeof UpstreamMapping>;

export type UpstreamRow = {
  line: number;
  day: string;
  model: string;
  amount: Nanos;
  requests: bigint | null;
};

/** A row that cannot be read, and why. */
export type BadRow = { line: number; message: string };

/**
 * Reads a provider's invoice or usage export by its mapping. Amounts are rounded half-even to nanos, a line each.
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
  const names = header.cells.map((cell) => cell.trim());
  const wanted = [
    mapping.day,
    mapping.model,
    mapping.amount,
    ...(mapping.requests === null ? [] : [mapping.requests]),
  ];
  const missing = wanted.find((column) => !names.includes(column));
  if (missing !== undefined) return err(`there is no column “${missing}”; there are ${names.join(", ")}`);
  const [rows, bad]: [UpstreamRow[], BadRow[]] = [[], []];
  for (const { line, cells } of records) {
    const cell = (column: string): string => (cells[names.indexOf(column)] ?? "").trim();
    const row = readRow(line, cell, mapping);
    if (row.ok) rows.push(row.value);
    else bad.push({ line, message: row.error });
  }
  return ok({ rows, bad });
}

function readRow(
  line: number,
  cell: (column: string) => string,
  mapping: UpstreamMapping,
): Result<UpstreamRow, string> {
  const day = readDay(cell(mapping.day));
  if (day === null) return err(`${mapping.day}: “${cell(mapping.day)}” is no date of the form 2026-11-22`);
  const model = cell(mapping.model);
  if (model === "") return err(`${mapping.model}: is empty`);
  if (model.length > 300 || model.includes("\0") || !model.isWellFormed())
    return err(`${mapping.model}: is no name of a model`);
  const amount = readAmount(cell(mapping.amount), mapping.amountIn);
  if (amount === null) return err(`${mapping.amount}: “${cell(mapping.amount)}” is no amount`);
  if (mapping.requests === null) return ok({ line, day, model, amount, requests: null });
  const requests = cell(mapping.requests).replaceAll(",", "");
  if (!/^\d{1,15}$/.test(requests))
    return err(`${mapping.requests}: “${cell(mapping.requests)}” is no whole number`);
  return ok({ line, day, model, amount, requests: BigInt(requests) });
}

function readDay(text: string): string | null {
  const seconds = /^\d{10}$/.test(text) ? new Date(Number(text) * 1000).toISOString() : text;
  const day = /^(2[01]\d\d-\d\d-\d\d)(?:$|[T ])/.exec(seconds)?.[1];
  // A date that does not exist, like 30 February, rolls over.
  return day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day)
    ? day
    : null;
}

/** A negative amount is a credit. Thousands are told apart by commas, as documents in dollars do. */
function readAmount(text: string, unit: UpstreamMapping["amountIn"]): Nanos | null {
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
