import { readCsv } from "@ratebook/core";

/** A provider's document that was chosen: its text, its columns, and its first rows. */
export type UpstreamDocument = { name: string; csv: string; columns: string[]; rows: string[][] };

/** The text of a chosen file; null where it is not UTF-8, of which the server would get what is left. */
export function readText(bytes: ArrayBuffer): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // UTF-16 without a mark decodes as UTF-8 with a NUL beside each letter.
    return text.includes("\0") ? null : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

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
