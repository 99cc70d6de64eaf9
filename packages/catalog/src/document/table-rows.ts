import { type Cell, headingKey, type PriceTable } from "./html-table.ts";
import type { OfferingCollector } from "./offering-collector.ts";

/** A row of a table with its cells by heading; a column the table has not gives an empty cell. */
export type Row = { where: string; cell: (heading: string) => Cell };

/** The headings a table must have, and those it may have besides; spelled as `headingKey` gives them. */
export type Headings = { required: readonly string[]; optional: readonly string[] };

/**
 * A table's rows by heading, whatever the order of its columns. Headings in groups are joined: "long context/input".
 * Null where a required heading is missing, one is not known, or one stands twice: a table that is not understood
 * as a whole is not read at all.
 */
export function rowsUnder(table: PriceTable, { required, optional }: Headings): Row[] | null {
  const keys = headingKeys(table);
  const known = keys.every((key) => required.includes(key) || optional.includes(key));
  if (!known || !required.every((key) => keys.includes(key)) || new Set(keys).size < keys.length) return null;
  return table.rows.map(({ where, cells }) => ({
    where,
    cell: (heading) => cells[keys.indexOf(heading)] ?? { text: "", where },
  }));
}

/** A table's headings for comparing; see `rowsUnder`. */
export const headingKeys = (table: PriceTable): string[] =>
  table.headings.map((texts) => texts.map(headingKey).join("/"));

/** Notes the rows of a table that have another number of cells than there are headings. */
export function refuseUneven(collector: OfferingCollector, table: PriceTable): void {
  for (const { where, text } of table.uneven) refuseRow(collector, where, UNEVEN, text);
}

/** Notes a row that was left out, with what it says, and raises an alert of that kind. */
export function refuseRow(collector: OfferingCollector, where: string, why: string, text: string): void {
  const detail = `${why}: ${text.slice(0, 100)}`;
  collector.refuse({ kind: "invalid_row", where, offering: null, meter: null, detail });
  collector.alert("refused_rows", why, where);
}

const UNEVEN = "another number of cells than headings";
