import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { findNamedFile, readNamedText, streamNamedText } from "../read-file.ts";
import { CannotDo } from "../sentence.ts";

/** A record of a log with the line, or the place in its list, it stands on; counted from 1. */
export type LogRecord = { place: number; record: unknown };

/**
 * Reads a log: JSON lines, one after the other and never whole in memory, or one JSON list (also under `data`).
 *
 * @throws CannotDo naming the file or line that is not JSON, or the file that is not UTF-8
 */
export async function* readRecords(file: string): AsyncGenerator<LogRecord> {
  if (await isList(file)) {
    const list = listOf(parse(file, await readNamedText(file)));
    if (list === null) throw new CannotDo(`${file} is neither JSON lines nor a JSON list of records.`);
    for (const [index, record] of list.entries()) yield { place: index + 1, record };
    return;
  }
  const input = Readable.from(streamNamedText(file));
  let place = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    place += 1;
    if (line.trim() !== "") yield { place, record: parse(`${file}, line ${place}`, line) };
  }
}

/** A list begins with "[", or with an object that does not end on its first line. */
async function isList(file: string): Promise<boolean> {
  await using handle = await open(await findNamedFile(file));
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(65_536), 0, 65_536, 0);
  const [first = ""] = buffer.toString("utf8", 0, bytesRead).trimStart().split("\n", 1);
  return first.startsWith("[") || first.trim() === "{" || first.startsWith('{"data":[');
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
