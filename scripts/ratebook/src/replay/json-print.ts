import { asArray, asObject, JsonNumber, type JsonObject, type JsonValue } from "@ratebook/catalog";

/** Writes JSON with every number's digits as they were read. */
export function printJson(value: JsonValue): string {
  if (value instanceof JsonNumber) return value.source;
  const list = asArray(value);
  if (list !== null) return `[${list.map(printJson).join(",")}]`;
  const fields = asObject(value);
  if (fields === null) return JSON.stringify(value);
  return `{${Object.entries(fields)
    .map(([key, each]) => `${JSON.stringify(key)}:${printJson(each)}`)
    .join(",")}}`;
}

/** A list of rows somewhere in a document: its place, and the rows by key or position. */
export type RowList = { path: readonly string[]; rows: readonly (readonly [key: string, row: JsonObject])[] };

/** The value at a path, undefined where there is none. */
export function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (at, key) => (asArray(at) !== null ? asArray(at)?.[Number(key)] : asObject(at)?.[key]),
    value,
  );
}

/** A copy with another value at a path; undefined takes the place away. */
export function withValue(value: JsonValue, path: readonly string[], next: JsonValue | undefined): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return next ?? null;
  const list = asArray(value);
  const child = valueAt(value, [key]);
  const replaced = rest.length === 0 ? next : withValue(child ?? null, rest, next);
  if (list !== null) {
    const index = Number(key);
    return replaced === undefined ? list.toSpliced(index, 1) : list.with(index, replaced);
  }
  const { [key]: _, ...others } = asObject(value) ?? {};
  if (replaced === undefined) return others;
  // In its own place: a source that reads in order must not see another order.
  return Object.fromEntries(
    Object.entries(asObject(value) ?? {}).map(([name, each]) => [name, name === key ? replaced : each]),
  );
}

/** Every list of a document whose rows name what they cost; rows that do not are left out. */
export function rowLists(document: JsonValue): RowList[] {
  const lists: RowList[] = [];
  const visit = (value: JsonValue, path: readonly string[]): void => {
    const entries = Object.entries(asArray(value) ?? asObject(value) ?? {});
    const rows = entries.flatMap(([key, each]) => {
      const row = asObject(each);
      return row !== null && Object.keys(row).some(isPriceName) ? [[key, row] as const] : [];
    });
    if (rows.length * 2 > entries.length) lists.push({ path, rows });
    else if (path.length < 3) for (const [key, each] of entries) visit(each, [...path, key]);
  };
  visit(document, []);
  return lists;
}

/** Whether a field of a row holds prices. */
export const isPriceName = (name: string): boolean => /^(cost|pricing|prices)$|(^|_)cost(_|$)/.test(name);
