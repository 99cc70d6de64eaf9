import { csvLine, formatUsd, nanos } from "@ratebook/core";
import type { ExportColumn } from "./export-columns.ts";
import type { ExportSource } from "./export-usage.ts";

/** Rows as CSV; the last line is the ledger's sum and the moment it is of. */
export async function* csvChunks(
  columns: readonly ExportColumn[],
  rows: ExportSource,
): AsyncGenerator<string> {
  yield csvLine(columns.map(({ name }) => name));
  for (;;) {
    const next = await rows.next();
    if (next.done === true) {
      const { ledger, asOf, severalTags } = next.value;
      if (severalTags !== null) {
        yield csvLine(
          columns.map(({ text }, place) => (place === 0 ? "Counted under several tags" : text(severalTags))),
        );
      }
      const title = `Total per ledger as of ${asOf.toISOString()}`;
      yield csvLine(
        columns.map(({ name }, place) =>
          name === "amount_usd" ? formatUsd(nanos(ledger)) : place === 0 ? title : null,
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
      const { ledger, asOf, severalTags } = next.value;
      const total = {
        perLedger: formatUsd(nanos(ledger)),
        asOf: asOf.toISOString(),
        ...(severalTags !== null && { countedUnderSeveralTags: formatUsd(nanos(severalTags.amount)) }),
      };
      yield `\n],"total":${JSON.stringify(total)}}\n`;
      return;
    }
    let lines = "";
    for (const row of next.value) {
      const cells = columns.map(({ name, text, isJson }) => {
        const value = text(row);
        return `${JSON.stringify(name)}:${isJson === true && value !== null ? value : JSON.stringify(value)}`;
      });
      lines += `${separator}{${cells.join(",")}}`;
      separator = ",\n";
    }
    yield lines;
  }
}
