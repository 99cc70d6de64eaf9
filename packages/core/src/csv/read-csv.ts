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
  let [at, line] = [0, 1];
  while (at < source.length) {
    const read = readRecord(source, at, line, separator);
    if (!read.ok) return read;
    const { cells, end, nextLine } = read.value;
    if (cells.length > 1 || cells[0] !== "") records.push({ line, cells });
    [at, line] = [end, nextLine];
  }
  return ok(records);
}

function readRecord(
  source: string,
  start: number,
  firstLine: number,
  separator: string,
): Result<{ cells: string[]; end: number; nextLine: number }, CsvError> {
  const cells: string[] = [];
  let [at, line] = [start, firstLine];
  for (;;) {
    let cell: string;
    if (source[at] === '"') {
      const end = closingQuote(source, at);
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
