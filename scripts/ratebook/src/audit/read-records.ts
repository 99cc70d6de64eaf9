import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { readNamedFile } from "../read-file.ts";
import { CannotDo } from "../sentence.ts";

/** A record of a log with the line, or the place in its list, it stands on; counted from 1. */
export type LogRecord = { place: number; record: unknown };

/**
 * Reads a log: JSON lines, one after the other and never whole in memory, or one JSON list (also under `data`).
 *
 * @throws CannotDo naming the file or line that is not JSON
 */
export async function* readRecords(file: string): AsyncGenerator<LogRecord> {
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), file);
  if (await isList(file, path)) {
    const list = listOf(parse(file, (await readNamedFile(file)).toString("utf8")));
    if (list === null) throw new CannotDo(`${file} is neither JSON lines nor a JSON list of records.`);
    for (const [index, record] of list.entries()) yield { place: index + 1, record };
    return;
  }
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    place += 1;
    if (line.trim() !== "") yield { place, record: parse(`${file}, line ${place}`, line) };
  }
}

/** A list begins with "[", or with an object that does not end on its first line. */
async function isList(file: string, path: string): Promise<boolean> {
  // Tells of a file that is not there in its own words.
  const handle = await open(path).catch(() => null);
  if (handle === null) {
    await readNamedFile(file);
    return false;
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
    const [first = ""] = buffer.toString("utf8", 0, bytesRead).trimStart().split("\n", 1);
    return first.startsWith("[") || first.trim() === "{" || first.startsWith('{"data":[');
  } finally {
    await handle.close();
  }
}

function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CannotDo(`${what} is not JSON.`);
  }
}

function listOf(value: unknown): unknown[] | null {
  if (Array.isArray(value)) return value;
  const data = typeof value === "object" && value !== null && "data" in value ? value.data : null;
  return Array.isArray(data) ? data : null;
}
