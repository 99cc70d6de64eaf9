import type { Book } from "./book.ts";

/** Puts whole objects where an answer has ids, along paths such as `latest_charge` or `data.latest_charge`. */
export async function expandPaths(
  book: Book,
  body: unknown,
  paths: readonly string[],
): Promise<string | null> {
  for (const path of paths) {
    if (!(await expandPath(book, body, path.split(".")))) return path;
  }
  return null;
}

async function expandPath(book: Book, value: unknown, path: readonly string[]): Promise<boolean> {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!(await expandPath(book, item, path))) return false;
    return true;
  }
  if (!isRecord(value) || !(name in value)) return false;
  const current = value[name];
  if (typeof current === "string") {
    const found = await book.findAny(current);
    if (found === null) return false;
    value[name] = found;
  }
  // An absent reference, such as the charge of a payment nobody tried, stays absent.
  return value[name] === null || (await expandPath(book, value[name], rest));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
