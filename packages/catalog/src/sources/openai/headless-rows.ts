import { compareFractions, tryParseDecimal } from "@ratebook/core";
import type { Cell, PriceTable } from "../../document/html-table.ts";
import { readPriceCell } from "../../document/price-cell.ts";
import { readPrice } from "../../document/price-text.ts";
import { modelOf } from "./read-table.ts";

/** Rows of an island's props that have no headings, as tables with the headings they were found to have. */
export type HeadlessReading =
  | { understood: true; tables: PriceTable[]; refused: { where: string; text: string }[] }
  | { understood: false; detail: string };

/**
 * Finds out what the columns of rows without headings are.
 *
 * Rows of one list differ in length: one with five cells has the price of cache writes before the output's, one
 * with four has none. The table drawn from the same rows proves it: where both show a model, the prices must be
 * the same, column by column, and at least one model must be shown by both. A row whose prices do not rise from
 * cached input to input to output is refused, because a column is missing in it or out of place.
 */
export function readHeadless(rows: readonly (readonly Cell[])[], drawn: PriceTable | null): HeadlessReading {
  const tables = [FIVE, FOUR].map((headings) => ({
    where: drawn?.where ?? rows[0]?.[0]?.where ?? "",
    headings: headings.map((heading) => [heading]),
    rows: rows
      .filter((cells) => cells.length === headings.length)
      .map((cells) => ({ where: cells[0]?.where ?? "", cells })),
    uneven: [],
  }));
  const proof = proofOf(tables, drawn);
  if (proof !== "proved") return { understood: false, detail: proof };
  const refused = rows
    .filter((cells) => ![FIVE.length, FOUR.length].includes(cells.length))
    .map((cells) => ({ where: cells[0]?.where ?? "", text: textOf(cells) }));
  for (const table of tables) {
    const out = table.rows.filter(({ cells }) => !inOrder(cells));
    refused.push(...out.map(({ where, cells }) => ({ where, text: textOf(cells) })));
    table.rows = table.rows.filter((row) => !out.includes(row));
  }
  return { understood: true, tables, refused };
}

function proofOf(tables: readonly PriceTable[], drawn: PriceTable | null): string {
  const shown = drawn?.rows.map(({ cells }) => cells) ?? [];
  const labels = drawn?.headings.map((texts) => texts.at(-1) ?? "") ?? [];
  let proved = 0;
  for (const { headings, rows } of tables) {
    for (const { cells } of rows) {
      const model = modelOf(cells[0]?.text ?? "")?.model;
      const same = shown.find((row) => modelOf(row[0]?.text ?? "")?.model === model);
      if (model === undefined || same === undefined) continue;
      const differs = headings.find(([heading = ""], column) => {
        // The first column of that name is the one for short contexts.
        const place = labels.findIndex((label) => label.toLowerCase() === heading.toLowerCase());
        return column > 0 && amount(cells[column]) !== amount(same[place]);
      });
      if (differs !== undefined) return `the table and its data differ in ${differs[0]} of ${model}`;
      proved += 1;
    }
  }
  return proved > 0 ? "proved" : "no row of the drawn table shows what the columns of the data are";
}

function inOrder(cells: readonly Cell[]): boolean {
  const [input = "", cached = "", ...rest] = cells.slice(1).map(amount);
  const write = rest.length === 2 ? (rest[0] ?? "") : "";
  const output = rest.at(-1) ?? "";
  return [
    [cached, input],
    [input, write],
    [input, output],
  ].every(([low = "", high = ""]) => !exceeds(low, high));
}

function exceeds(a: string, b: string): boolean {
  const [left, right] = [tryParseDecimal(a), tryParseDecimal(b)];
  return left.ok && right.ok && compareFractions(left.value, right.value) > 0;
}

/** The amount in a cell as plain text, so that 5 and $5.00 are one; "" where there is none. */
function amount(cell: Cell | undefined): string {
  const reading = readPriceCell(cell?.text ?? "");
  if (reading.is !== "price") return reading.is === "none" ? "" : reading.is;
  const price = readPrice(reading.usd);
  return price.ok ? price.value : reading.usd;
}

const textOf = (cells: readonly Cell[]) => cells.map(({ text }) => text).join(" | ");

const FIVE = ["Model", "Input", "Cached input", "Cache writes", "Output"];
const FOUR = ["Model", "Input", "Cached input", "Output"];
