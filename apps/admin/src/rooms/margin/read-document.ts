import { readCsv } from "@ratebook/core";

/** A provider's document that was chosen: its text, its columns, and its first rows. */
export type UpstreamDocument = { name: string; csv: string; columns: string[]; rows: string[][] };

/** Reads the beginning of a document for a preview; the server reads all of it, and tells what is wrong. */
export function readDocument(name: string, csv: string): UpstreamDocument {
  const cut = csv.length > BEGINNING;
  const read = readCsv(csv.slice(0, BEGINNING));
  const [header, ...records] = read.ok ? read.value : [];
  const columns = [...new Set((header?.cells ?? []).map((cell) => cell.trim()).filter(Boolean))];
  const names = (header?.cells ?? []).map((cell) => cell.trim());
  // Where the text was cut, its last row may be too.
  const rows = (cut ? records.slice(0, -1) : records)
    .slice(0, MOST_ROWS)
    .map(({ cells }) => columns.map((column) => (cells[names.indexOf(column)] ?? "").trim()));
  return { name, csv, columns, rows };
}

const BEGINNING = 100_000;
const MOST_ROWS = 5;
