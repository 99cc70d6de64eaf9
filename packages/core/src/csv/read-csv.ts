import { err, ok, type Result } from "../result.ts";

/** One record and the line of the file it starts on, counted from 1. */
export type CsvRecord = { line: number; cells: string[] };

export type CsvError = { line: number; message: string };

/**
 * Reads CSV (RFC 4180): quoted cells may hold the delimiter, line breaks and doubled quotes; lines end with LF, CRLF or
 * CR; a byte order mark and blank lines are skipped. Cells stay text, untrimmed.
 *
 * @param delimiter one character; where absent, the one of comma, semicolon and tab that the first line has most of
 * @returns the line and reason where a quote is not closed, or where text follows a closed one
 */
export function readCsv(text: string, delimiter?: string): Result<CsvRecord[], CsvError> {
  const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const separator = delimiter ?? likelyDelimiter(source);
  const records: CsvRecord[] = [];
  const rest = readRecords(source, { at: 0, line: 1 }, separator, true, (record) => records.push(record));
  return rest.ok ? ok(records) : rest;
}

/**
 * Reads CSV as `readCsv` does, from pieces of any size, with no more than a record in memory.
 *
 * @param pieces a document's text, cut anywhere
 * @returns record after record; the last one is an error where the rest cannot be read
 */
export async function* readCsvStream(
  pieces: AsyncIterable<string>,
): AsyncGenerator<Result<CsvRecord, CsvError>> {
  let [kept, line, separator, begun] = ["", 1, null as string | null, false];
  for await (const piece of pieces) {
    if (piece === "") continue;
    kept += !begun && piece.startsWith("\uFEFF") ? piece.slice(1) : piece;
    begun = true;
    if (kept.length > RECORD_MAX * 2) {
      const message = "is longer than a million characters; is a quote opened and never closed?";
      yield err({ line, message });
      return;
    }
    if (separator === null) {
      if (!/[\r\n]/.test(kept)) continue;
      separator = likelyDelimiter(kept);
    }
    const records: CsvRecord[] = [];
    const rest = readRecords(kept, { at: 0, line }, separator, false, (record) => records.push(record));
    for (const record of records) yield ok(record);
    if (!rest.ok) {
      yield rest;
      return;
    }
    kept = kept.slice(rest.value.at);
    line = rest.value.line;
  }
  const records: CsvRecord[] = [];
  const last = separator ?? likelyDelimiter(kept);
  const rest = readRecords(kept, { at: 0, line }, last, true, (record) => records.push(record));
  for (const record of records) yield ok(record);
  if (!rest.ok) yield rest;
}

type Place = { at: number; line: number };

/**
 * Reads records from a place on.
 *
 * @param whole whether the text ends with the document; else a record that its end may cut is left
 * @returns the place after the last record
 */
function readRecords(
  source: string,
  from: Place,
  separator: string,
  whole: boolean,
  found: (record: CsvRecord) => void,
): Result<Place, CsvError> {
  let { at, line } = from;
  while (at < source.length) {
    const read = readRecord(source, at, line, separator, whole);
    if (!read.ok) return read;
    if (read.value === null) break;
    const { cells, end, nextLine } = read.value;
    if (cells.length > 1 || cells[0] !== "") found({ line, cells });
    [at, line] = [end, nextLine];
  }
  return ok({ at, line });
}

/** Null where the text may end in the middle of the record. */
function readRecord(
  source: string,
  start: number,
  firstLine: number,
  separator: string,
  whole: boolean,
): Result<{ cells: string[]; end: number; nextLine: number } | null, CsvError> {
  const cells: string[] = [];
  let [at, line] = [start, firstLine];
  for (;;) {
    let cell: string;
    if (source[at] === '"') {
      const end = closingQuote(source, at);
      // The next piece may double what looks like a closing quote.
      if (!whole && (end === -1 || end === source.length - 1)) return ok(null);
      if (end === -1) return err({ line, message: "a quote is opened and never closed" });
      const inside = source.slice(at + 1, end);
      line += lineBreaks(inside);
      cell = inside.replaceAll('""', '"');
      at = end + 1;
      if (at < source.length && source[at] !== separator && !isBreak(source[at])) {
        return err({ line, message: "text follows a closing quote" });
      }
    } else {
      const from = at;
      while (at < source.length && source[at] !== separator && !isBreak(source[at])) at += 1;
      cell = source.slice(from, at);
    }
    cells.push(cell);
    if (source[at] !== separator) break;
    at += 1;
  }
  // A line feed may follow a carriage return in the next piece.
  if (!whole && (at >= source.length || (source[at] === "\r" && at === source.length - 1))) return ok(null);
  if (at < source.length) {
    at += source.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
  }
  return ok({ cells, end: at, nextLine: line });
}

function closingQuote(source: string, open: number): number {
  let at = source.indexOf('"', open + 1);
  while (at !== -1 && source[at + 1] === '"') at = source.indexOf('"', at + 2);
  return at;
}

const isBreak = (character: string | undefined): boolean => character === "\n" || character === "\r";

const lineBreaks = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0;

function likelyDelimiter(source: string): string {
  const [first = ""] = source.split(/\r|\n/, 1);
  const count = (delimiter: string): number => first.split(delimiter).length;
  return [",", ";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

/** No line of a usage export is longer. */
const RECORD_MAX = 1_000_000;
