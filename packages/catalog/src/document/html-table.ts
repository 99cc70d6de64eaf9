import type { CheerioAPI } from "cheerio";
import { cssPlace, type PageElement } from "./html-place.ts";

/** What stands in one cell: its text without footnotes, and where it stands in the document. */
export type Cell = { text: string; where: string };

/** A table as rows under headings, whatever it was read from. Every row has as many cells as there are headings. */
export type PriceTable = {
  where: string;
  /** One per column: its own heading after those above it, from the outermost: `["Long context", "Input"]`. */
  headings: readonly (readonly string[])[];
  rows: readonly { where: string; cells: readonly Cell[] }[];
  /** Rows with another number of cells than there are headings. */
  uneven: readonly { where: string; text: string }[];
};

/**
 * The rectangle of cells that a table's rows make, spans spread out: a cell that spans three rows stands in each
 * of them. Rows keep the width they have; a cell that another one reaches into flows around it, so that its row is uneven.
 * Empty where the spans make more cells than any page draws.
 */
export function tableGrid($: CheerioAPI, table: PageElement): Cell[][] {
  const grid: Cell[][] = [];
  // Cells that reach down from an earlier row: column -> cell and how many rows are left.
  let hanging = new Map<number, { cell: Cell; left: number }>();
  let size = 0;
  for (const row of ownRows($, table)) {
    const cells: Cell[] = [];
    const next = new Map<number, { cell: Cell; left: number }>();
    const take = (cell: Cell, left: number) => {
      if (left > 1) next.set(cells.length, { cell, left: left - 1 });
      cells.push(cell);
    };
    const reachDown = () => {
      for (let above = hanging.get(cells.length); above; above = hanging.get(cells.length)) {
        take(above.cell, above.left);
      }
    };
    for (const element of $(row).children("td, th").get()) {
      const cell = { text: cellText($, element), where: cssPlace($, element) };
      for (let column = spanOf(element.attribs.colspan); column > 0; column -= 1) {
        reachDown();
        take(cell, spanOf(element.attribs.rowspan));
      }
    }
    reachDown();
    hanging = next;
    size += cells.length;
    if (size > CELLS_MAX) return [];
    grid.push(cells);
  }
  return grid;
}

/**
 * Reads a table whose first column is headed by one of `first`. Rows above that heading row name groups of
 * columns. Null where no row has such a heading, or where the groups do not reach over all columns.
 */
export function headedTable($: CheerioAPI, table: PageElement, first: RegExp): PriceTable | null {
  const grid = tableGrid($, table);
  const at = grid.findIndex((cells) => cells.length > 1 && first.test(cells[0]?.text ?? ""));
  const header = grid[at];
  // A heading far down is a row of data that happens to read like one.
  if (header === undefined || at > 2) return null;
  const above = grid.slice(0, at);
  if (above.some((cells) => cells.length !== header.length)) return null;
  const headings = header.map((cell, column) => [
    ...new Set([...above.map((cells) => cells[column]?.text ?? ""), cell.text].filter((text) => text !== "")),
  ]);
  const body = grid.slice(at + 1).map((cells) => ({ where: cells[0]?.where ?? "", cells }));
  return {
    where: cssPlace($, table),
    headings,
    rows: body.filter(({ cells }) => cells.length === header.length),
    uneven: body
      .filter(({ cells }) => cells.length !== header.length && cells.length > 0)
      .map(({ where, cells }) => ({ where, text: cells.map(({ text }) => text).join(" | ") })),
  };
}

/** Text for comparing headings: lower case, "&" as "and", without marks, digits of footnotes and doubled blanks. */
export function headingKey(text: string): string {
  return plainText(text)
    .toLowerCase()
    .replaceAll("&", " and ")
    .replace(/[*†‡§¹²³]|(?<=[a-z)])\d$/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** A text with invisible characters taken out and white space made one blank. */
export const plainText = (text: string): string =>
  text
    .replace(/[\u200B-\u200D\u2060\uFEFF]/g, "")
    .replace(/\s+/g, " ")
    .trim();

/** A cell's text: footnote marks and small print taken out, a line break read as a blank. */
function cellText($: CheerioAPI, element: PageElement): string {
  const copy = $(element).clone();
  copy.find("sup, small, script, style").remove();
  copy.find("br").replaceWith(" ");
  return plainText(copy.text());
}

function ownRows($: CheerioAPI, table: PageElement): PageElement[] {
  return $(table)
    .find("tr")
    .get()
    .filter((row) => $(row).closest("table").get(0) === table);
}

/** As browsers read it: the digits at its beginning, at most 1000. https://html.spec.whatwg.org/multipage/tables.html */
function spanOf(attribute: string | undefined): number {
  const span = /^\s*\+?(\d+)/.exec(attribute ?? "")?.[1];
  return Math.min(Math.max(1, Number(span ?? 1)), 1000);
}

/** The largest table of a recorded page has some thousand; without an end a short page could fill all memory. */
const CELLS_MAX = 200_000;
