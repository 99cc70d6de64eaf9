import type { CsvRecord, Nanos, Result } from "@ratebook/core";
import type { SummedUsage } from "./list-price.ts";

/** A row of a provider's export. */
export type ExportRow = {
  /** UTC. */
  day: string;
  /** As the provider spells it. */
  model: string;
  /** What was billed; null where the document says only what was used. */
  amount: Nanos | null;
  /** What was used; null where the document says only what was billed. */
  usage: SummedUsage | null;
};

/** Reads a row; null where it is about nothing. An error names the column. */
export type ReadExportRow = (record: CsvRecord) => Result<ExportRow | null, string>;

/** A document of a provider, known by its header. */
export type ExportDocument = {
  /** What it tells: what was used, what was billed, or both. */
  tells: "usage" | "costs" | "both";
  provider: string;
  /** The provider's spelling and our offering, where the catalogue knows no alias. */
  models: { readonly [spelling: string]: string };
  read: ReadExportRow;
};

/** The cells of a row by the names of a header. */
export type Cells = {
  has: (column: string) => boolean;
  /** Trimmed; empty where the row or the header has none. */
  text: (column: string) => string;
};

/**
 * Makes the cells of rows from a header.
 *
 * @returns null where a column that is needed is not there
 */
export function cellsOf(
  header: CsvRecord,
  needed: readonly string[],
): { of: (record: CsvRecord) => Cells } | null {
  const names = header.cells.map((cell) => cell.trim());
  if (needed.some((column) => !names.includes(column))) return null;
  const places = new Map(names.map((name, at) => [name, at]));
  return {
    of: ({ cells }) => ({
      has: (column) => places.has(column),
      text: (column) => (cells[places.get(column) ?? -1] ?? "").trim(),
    }),
  };
}
