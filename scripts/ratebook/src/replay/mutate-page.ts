import type { MutationKind } from "./mutation.ts";
import type { Seeded } from "./seeded.ts";
import { type Spoiling, spoilAmount } from "./spoil-price.ts";

type Kind = Exclude<MutationKind, "challenge page" | "empty">;

/** A page with one thing wrong in its tables or in the data they are drawn from, or null where it has none. */
export function mutatePage(page: string, kind: Kind, random: Seeded): string | null {
  const tables = tablesOf(page).filter(({ rows }) => rows.length > 1);
  if (tables.length === 0) return null;
  const table = random.pick(tables);
  switch (kind) {
    case "columns swapped":
      return swapColumns(page, table, random);
    case "column renamed":
      return renameHeading(page, tables, random);
    case "rows shifted":
      return shiftRows(page, table, random);
    case "rows dropped": {
      const body = table.rows.slice(1);
      return edit(
        page,
        random.some(body, 1 + random.below(body.length)).map((row) => ({ ...row, text: "" })),
      );
    }
    case "truncated":
      return `${page.slice(0, random.below(page.length))}</td></tr></table></body></html>`;
    case "a digit lost":
      return spoilCells(page, random.some(amountCells(table), 1), "digit", random);
    case "per 1K for per 1M":
      return perThousand(page, table, random);
    case "currency changed":
      return changeCurrency(page, table, random);
  }
}

/** A piece of the page: from `start` to before `end`. */
type Span = { start: number; end: number };
type RowSpan = Span & { cells: Span[] };
type TableSpan = { rows: RowSpan[] };
type Edit = Span & { text: string };

/** Drawn tables, and the rows in properties of components, which are written [1,[[0,"name"],[0,5]]]. */
function tablesOf(page: string): TableSpan[] {
  const drawn = spansOf(page, /<table\b[\s\S]*?<\/table>/gi).map((table) => ({
    rows: spansOf(page, /<tr\b[\s\S]*?<\/tr>/gi, table).map((row) => ({
      ...row,
      cells: spansOf(page, /(?<=<t[dh]\b[^>]*>)[\s\S]*?(?=<\/t[dh]>)/gi, row),
    })),
  }));
  const data = spansOf(page, /props="[^"]*"/g).map((props) => ({
    rows: spansOf(page, /\[1,\[\[0,&quot;[^[\]]*&quot;\](?:,\[0,[^[\]]*\])+\]\]/g, props).map((row) => ({
      ...row,
      cells: spansOf(page, /(?<=\[0,)[^[\]]*(?=\])/g, row),
    })),
  }));
  return [...drawn, ...data];
}

function spansOf(page: string, pattern: RegExp, within: Span = { start: 0, end: page.length }): Span[] {
  const text = page.slice(within.start, within.end);
  return [...text.matchAll(pattern)].map((match) => {
    const start = within.start + match.index;
    return { start, end: start + match[0].length };
  });
}

/** The page with pieces replaced; pieces do not overlap. */
function edit(page: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, text: next }) => text.slice(0, start) + next + text.slice(end), page);
}

const textOf = (page: string, { start, end }: Span): string => page.slice(start, end);

/** Two columns change places: in one row or in all below the headings, or the headings alone. */
function swapColumns(page: string, { rows }: TableSpan, random: Seeded): string | null {
  const chosen = random.pick(rows.slice(1));
  if (chosen.cells.length < 3) return null;
  const columns = chosen.cells.map((_, index) => index).slice(1);
  const [a = 0, b = 0] = random.some(columns, 2);
  const target = random.pick([[chosen], rows.slice(1), rows.slice(0, 1)]);
  return edit(
    page,
    target.flatMap(({ cells }) => {
      const [left, right] = [cells[a], cells[b]];
      if (left === undefined || right === undefined || cells.length !== chosen.cells.length) return [];
      return [
        { ...left, text: textOf(page, right) },
        { ...right, text: textOf(page, left) },
      ];
    }),
  );
}

/** A heading reads like another of the page's headings. */
function renameHeading(page: string, tables: readonly TableSpan[], random: Seeded): string | null {
  const headings = tables.flatMap(({ rows }) => rows[0]?.cells.slice(1) ?? []);
  if (headings.length < 2) return null;
  return edit(page, [{ ...random.pick(headings), text: textOf(page, random.pick(headings)) }]);
}

/** Names stay and prices move up by one row, from some row on. */
function shiftRows(page: string, { rows }: TableSpan, random: Seeded): string | null {
  const body = rows.slice(1);
  if (body.length < 2) return null;
  const start = random.below(Math.ceil(body.length / 2));
  return edit(
    page,
    body.slice(start, -1).flatMap((row, index) => {
      const next = body[start + index + 1];
      if (next === undefined || next.cells.length !== row.cells.length) return [];
      return row.cells.slice(1).flatMap((cell, column) => {
        const other = next.cells[column + 1];
        return other === undefined ? [] : [{ ...cell, text: textOf(page, other) }];
      });
    }),
  );
}

function perThousand(page: string, table: TableSpan, random: Seeded): string | null {
  const how = random.below(4);
  if (how === 0) {
    const renamed = page
      .replaceAll(/1M tokens/g, "1K tokens")
      .replaceAll(/MTok/g, "KTok")
      .replaceAll(/million/g, "thousand");
    return renamed === page ? null : renamed;
  }
  const cells = amountCells(table);
  const spoiling = random.pick(["thousandth", "thousandfold"] as const);
  return spoilCells(page, how === 1 ? cells : random.some(cells, how), spoiling, random);
}

/** Another sign, with the amount converted or with the same amount; in one cell or on the whole page. */
function changeCurrency(page: string, table: TableSpan, random: Seeded): string | null {
  const sign = random.pick(["¥", "€", "元", "￥"]);
  const cells = amountCells(table);
  const how = random.below(3);
  if (how === 0) return page.includes("$") ? page.replaceAll("$", sign) : null;
  const chosen = how === 1 ? cells : random.some(cells, 1);
  const spoiled = spoilCells(page, chosen, "yuan", random);
  return how === 1 && random.below(2) === 0 ? (spoiled?.replaceAll("$", sign) ?? null) : spoiled;
}

/** Cells below the headings, beside the names, with an amount. */
const amountCells = ({ rows }: TableSpan): Span[] => rows.slice(1).flatMap(({ cells }) => cells.slice(1));

function spoilCells(page: string, cells: readonly Span[], spoiling: Spoiling, random: Seeded): string | null {
  const edits = cells.flatMap((cell) => {
    const text = textOf(page, cell);
    const amount = /\d+(\.\d+)?/.exec(text.replace(/<[^>]*>/g, (tag) => " ".repeat(tag.length)));
    if (amount === null) return [];
    const spoiled = spoilAmount(amount[0], spoiling, random);
    if (spoiled === null) return [];
    const end = amount.index + amount[0].length;
    return [{ ...cell, text: text.slice(0, amount.index) + spoiled + text.slice(end) }];
  });
  return edits.length === 0 ? null : edit(page, edits);
}
