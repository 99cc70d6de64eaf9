/** One cell: text, or nothing. Amounts and counts come as their exact decimal text. */
export type CsvCell = string | null;

/**
 * Writes one line of CSV (RFC 4180, comma, CRLF).
 *
 * Text that a spreadsheet would run as a formula gets an apostrophe in front, because names and ids are written by
 * strangers; a plain decimal number, negative ones included, stays as it is.
 *
 * @param cells null is written as an empty cell
 */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(cellText).join(",")}\r\n`;

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  const safe = RUNS.test(cell) && !DECIMAL.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// A cell that starts like this is evaluated: https://owasp.org/www-community/attacks/CSV_Injection, read 2026-11-28.
// Spreadsheets trim what is blank before they look, and take the wide forms of the signs too.
const RUNS = /^[\s\0]*[=+\-@\t\r\n＝＋－＠]|^[\t\r\n]/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const NEEDS_QUOTES = /[",\r\n;\t]|^\s|\s$/;
