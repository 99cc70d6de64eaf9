import { type CsvRecord, err, type Nanos, type Result } from "@ratebook/core";
import { CannotDo } from "../sentence.ts";
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

/** A row's cell by the name of its column: trimmed; empty where the row or the header has none. */
export type Cells = (column: string) => string;

/**
 * Makes the reader of rows by a header.
 *
 * @returns null where a column that is needed is not there; the reader refuses rows with more or fewer cells than the
 * header, whose numbers would stand in the wrong columns, or were cut off and would count as nothing
 * @throws CannotDo where a column is there twice
 */
export function rowsOf(
  header: CsvRecord,
  needed: readonly string[],
): ((read: (cells: Cells) => Result<ExportRow | null, string>) => ReadExportRow) | null {
  const names = header.cells.map((cell) => cell.trim());
  if (needed.some((column) => !names.includes(column))) return null;
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined) throw new CannotDo(`In the header the column “${twice}” is there twice.`);
  const places = new Map(names.map((name, at) => [name, at]));
  return (read) =>
    ({ cells }) => {
      if (cells.length !== names.length) {
        return err(`has ${cells.length} cells, and the header ${names.length}`);
      }
      return read((column) => (cells[places.get(column) ?? -1] ?? "").trim());
    };
}
