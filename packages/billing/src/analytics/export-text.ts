import { csvLine, formatUsd, nanos } from "@ratebook/core";
import type { ExportColumn } from "./export-columns.ts";
import type { ExportSource } from "./export-usage.ts";

/** Rows as CSV; the last line is the ledger's sum. */
export async function* csvChunks(
  columns: readonly ExportColumn[],
  rows: ExportSource,
): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for (;;) {
    const next = await rows.next();
    if (next.done === true) {
      const { ledger } = next.value;
      yield csvLine(
        columns.map(({ name }, place) =>
          name === "amount_usd" ? formatUsd(nanos(ledger)) : place === 0 ? "Total per ledger" : null,
        ),
      );
      return;
    }
    yield next.value.map((row) => csvLine(columns.map((column) => column.text(row)))).join("");
  }
}

/** Rows as one JSON object, a row a line; amounts are decimal text, counts numbers. */
export async function* jsonChunks(
  head: Record<string, unknown>,
  columns: readonly ExportColumn[],
  rows: ExportSource,
): AsyncGenerator<string> {
  yield `${JSON.stringify({ success: true, ...head }).slice(0, -1)},"rows":[`;
  let separator = "\n";
  for (;;) {
    const next = await rows.next();
    if (next.done === true) {
      yield `\n],"total":${JSON.stringify({ perLedger: formatUsd(nanos(next.value.ledger)) })}}\n`;
      return;
    }
    let lines = "";
    for (const row of next.value) {
      const cells = columns.map(({ name, text, isCount }) => {
        const value = text(row);
        return `${JSON.stringify(name)}:${isCount === true && value !== null ? value : JSON.stringify(value)}`;
      });
      lines += `${separator}{${cells.join(",")}}`;
      separator = ",\n";
    }
    yield lines;
  }
}
