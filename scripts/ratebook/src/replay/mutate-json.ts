import {
  asArray,
  asObject,
  JsonNumber,
  type JsonObject,
  type JsonValue,
  parseJsonKeepingDigits,
} from "@ratebook/catalog";
import { isPriceName, printJson, type RowList, rowLists, valueAt, withValue } from "./json-print.ts";
import type { MutationKind } from "./mutation.ts";
import type { Seeded } from "./seeded.ts";
import { type Spoiling, spoilAmount } from "./spoil-price.ts";

type Kind = Exclude<MutationKind, "challenge page" | "empty">;

/** A JSON catalogue with one thing wrong, or null where it has no such thing. */
export function mutateJson(text: string, kind: Kind, random: Seeded): string | null {
  const parsed = parseJsonKeepingDigits(text);
  if (!parsed.ok) return null;
  const [list] = rowLists(parsed.value);
  if (list === undefined) return null;
  const rows = mutateRows(list, kind, random);
  return rows === null ? null : printJson(withRows(parsed.value, list, rows));
}

/** A document with other rows in the place of its list. */
export function withRows(document: JsonValue, { path }: RowList, rows: RowList["rows"]): JsonValue {
  const container = valueAt(document, path);
  const replaced = asArray(container) === null ? Object.fromEntries(rows) : rows.map(([, row]) => row);
  return withValue(document, path, replaced);
}

type Rows = RowList["rows"];

function mutateRows({ rows }: RowList, kind: Kind, random: Seeded): Rows | null {
  switch (kind) {
    case "columns swapped":
      return swapColumns(rows, random);
    case "column renamed":
      return renameColumn(rows, random);
    case "rows shifted":
      return shiftRows(rows, random);
    case "rows dropped":
      return random.some(rows, rows.length - 1 - random.below(Math.ceil(rows.length / 2)));
    case "truncated":
      return rows.slice(0, random.below(rows.length));
    case "a digit lost":
      return spoil(rows, "digit", 1 + random.below(2), random);
    case "per 1K for per 1M":
      return spoil(rows, random.pick(["thousandth", "thousandfold"]), howMany(rows, random), random);
    case "currency changed":
      return random.below(2) === 0
        ? spoil(rows, "yuan", howMany(rows, random), random)
        : markYuan(rows, random);
  }
}

/** One cell, one row's cells or all, each as often. */
function howMany(rows: Rows, random: Seeded): number {
  const cells = rows.flatMap(([, row]) => pricePaths(row));
  return random.pick([1, 3, cells.length]);
}

function spoil(rows: Rows, spoiling: Spoiling, count: number, random: Seeded): Rows | null {
  const chosen = new Set(random.some(cellsOf(rows), count).map(cellKey));
  let spoiled = 0;
  const result = rows.map(([key, row], index) => {
    let next: JsonValue = row;
    for (const path of pricePaths(row)) {
      if (!chosen.has(cellKey({ index, path }))) continue;
      const value = valueAt(row, path);
      const amount = spoilAmount(printed(value), spoiling, random);
      if (amount === null) continue;
      spoiled += 1;
      next = withValue(next, path, value instanceof JsonNumber ? new JsonNumber(jsonNumber(amount)) : amount);
    }
    return [key, asObject(next) ?? row] as const;
  });
  return spoiled === 0 ? null : result;
}

/** A price with the sign of another currency, as a feed that turned to text would have it. */
function markYuan(rows: Rows, random: Seeded): Rows | null {
  const cells = cellsOf(rows);
  if (cells.length === 0) return null;
  const { index, path } = random.pick(cells);
  return rows.map(([key, row], at) => {
    if (at !== index) return [key, row] as const;
    const amount = spoilAmount(printed(valueAt(row, path)), "yuan", random);
    return [key, asObject(withValue(row, path, `¥${amount ?? "7.2"}`)) ?? row] as const;
  });
}

/** Two prices change places: in one row, or in every row that has both. */
function swapColumns(rows: Rows, random: Seeded): Rows | null {
  const both = rows.filter(([, row]) => pricePaths(row).length > 1);
  if (both.length === 0) return null;
  const [chosenKey, chosen] = random.pick(both);
  const [a = [], b = []] = random.some(pricePaths(chosen), 2);
  const everywhere = random.below(2) === 0;
  return rows.map(([key, row]) => {
    const [left, right] = [valueAt(row, a), valueAt(row, b)];
    if ((!everywhere && key !== chosenKey) || left === undefined || right === undefined)
      return [key, row] as const;
    return [key, asObject(withValue(withValue(row, a, right), b, left)) ?? row] as const;
  });
}

/** A price stands under the name of another column that its row does not have. */
function renameColumn(rows: Rows, random: Seeded): Rows | null {
  const columns = Map.groupBy(
    rows.flatMap(([, row]) => pricePaths(row).map((path) => path.join("\n"))),
    (name) => name,
  );
  // A name that one row has alone may be a slip of the recorded document, and renaming it the remedy.
  const names = [...columns].flatMap(([name, uses]) => (uses.length > 1 ? [name] : []));
  const candidates = rows.flatMap(([key, row]) => {
    const own = pricePaths(row).filter((path) => names.includes(path.join("\n")));
    const others = names.filter((name) => valueAt(row, name.split("\n")) === undefined);
    return own.length > 0 && others.length > 0 ? [{ key, row, own, others }] : [];
  });
  if (candidates.length === 0) return null;
  const { key: chosen, row: sample, own, others } = random.pick(candidates);
  const from = random.pick(own);
  const parent = asObject(valueAt(sample, from.slice(0, -1))) ?? {};
  const to = random.pick(others).split("\n");
  const name = to.at(-1) ?? "";
  if (to.length !== from.length || name in parent) return null;
  const everywhere = random.below(2) === 0;
  return rows.map(([key, row]) => {
    const fields = asObject(valueAt(row, from.slice(0, -1)));
    const old = from.at(-1) ?? "";
    if ((!everywhere && key !== chosen) || fields === null || !(old in fields) || name in fields)
      return [key, row] as const;
    const renamed = Object.fromEntries(
      Object.entries(fields).map(([each, value]) => [each === old ? name : each, value]),
    );
    return [key, asObject(withValue(row, from.slice(0, -1), renamed)) ?? row] as const;
  });
}

/** Every model from one row on has its neighbour's prices. */
function shiftRows(rows: Rows, random: Seeded): Rows | null {
  if (rows.length < 2) return null;
  // What slips goes on slipping to the end of a list; the part that is mutated must leave room for it.
  const start = random.below(Math.ceil(rows.length / 2));
  return rows.map(([key, row], index) => {
    const next = rows[index + 1];
    if (index < start || next === undefined) return [key, row] as const;
    const fields = Object.entries(row).map(
      ([name, value]) =>
        [name, isPriceName(name) && name in next[1] ? (next[1][name] ?? value) : value] as const,
    );
    return [key, Object.fromEntries(fields)] as const;
  });
}

type Cell = { index: number; path: readonly string[] };
const cellsOf = (rows: Rows): Cell[] =>
  rows.flatMap(([, row], index) => pricePaths(row).map((path) => ({ index, path })));
const cellKey = ({ index, path }: Cell): string => `${index} ${path.join("/")}`;

/** Where a row's prices stand: amounts of its own, and those inside an object or list of prices. */
function pricePaths(row: JsonObject): string[][] {
  const paths: string[][] = [];
  const visit = (value: JsonValue | undefined, path: string[]): void => {
    if (value instanceof JsonNumber || typeof value === "string") {
      if (/[1-9]/.test(printed(value)) && isAmount(printed(value)) && !isCondition(path)) paths.push(path);
      return;
    }
    for (const [key, each] of Object.entries(asArray(value) ?? asObject(value) ?? {}))
      visit(each, [...path, key]);
  };
  for (const [name, value] of Object.entries(row)) if (isPriceName(name)) visit(value, [name]);
  return paths;
}

/** Thresholds and hours stand among prices and are none. */
const isCondition = (path: readonly string[]): boolean =>
  path.some((key) =>
    /^(min_prompt_tokens|utc_\w+|size|start|end|constraint|start_date|type|tier)$/.test(key),
  );
const isAmount = (text: string): boolean => /^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);
const printed = (value: JsonValue | undefined): string =>
  value instanceof JsonNumber ? value.source : typeof value === "string" ? value : "";

/** JSON knows no leading zeros: 05 is 5. */
const jsonNumber = (amount: string): string =>
  amount
    .replace(/^0+(?=\d)/, "")
    .replace(/^\./, "0.")
    .replace(/\.$/, "");
