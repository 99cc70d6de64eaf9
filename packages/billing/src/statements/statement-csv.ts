import { type CsvCell, csvLine, formatUsd, nanos } from "@ratebook/core";
import type { Position, Statement } from "./statement.ts";

/**
 * A statement as CSV: a row for the opening balance, one a line, one for the closing balance. In both columns of dollars
 * every row but the last adds up to the last. Names are written so that no spreadsheet runs them.
 */
export function statementCsv(it: Statement): string {
  const rows: CsvCell[][] = [
    ["month", "customer", "item", "operations", "credits_usd", "debt_usd"],
    [it.month, it.customer.name, "Opening balance", null, ...dollarsOf(it.opening)],
    ...it.lines.map((line) => [
      it.month,
      it.customer.name,
      line.label,
      line.operations.toString(),
      ...dollarsOf(line),
    ]),
    [it.month, it.customer.name, "Closing balance", null, ...dollarsOf(it.closing)],
  ];
  return rows.map(csvLine).join("");
}

const dollarsOf = ({ credits, debt }: Position): [string, string] => [
  formatUsd(nanos(credits)),
  formatUsd(nanos(debt)),
];
