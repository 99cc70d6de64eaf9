import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  asArray,
  asObject,
  findSource,
  type JsonValue,
  type PriceSource,
  parseJsonKeepingDigits,
  SOURCES,
} from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { printJson, type RowList, rowLists } from "./json-print.ts";
import { withRows } from "./mutate-json.ts";
import type { Subject } from "./mutation.ts";
import type { Recording } from "./recordings.ts";

/**
 * What is mutated: the newest recorded catalogue of each JSON source, ten rows at a time, and every recorded page that
 * a source reads.
 *
 * Big documents are cut so that thousands of mutations fit into a minute; each part is read by the real parser.
 */
export function mutationSubjects(corpus: string, recordings: readonly Recording[]): Subject[] {
  const newest = new Map<string, Recording>();
  for (const recording of recordings) if (!recording.wrongPage) newest.set(recording.source, recording);
  const catalogues = [...newest.values()].flatMap((recording) => {
    const source = must(findSource(recording.source), "recordings name sources there are");
    return source.kind === "page" ? [] : slicesOf(source, recording);
  });
  return [...catalogues, ...pageSubjects(corpus, recordings)];
}

function slicesOf(source: PriceSource, { body, at, file }: Recording): Subject[] {
  const parsed = parseJsonKeepingDigits(body().toString("utf8"));
  if (!parsed.ok) return [];
  return rowLists(parsed.value).flatMap((list) => {
    const document = withoutSiblings(parsed.value, list.path);
    const path = asArray(parsed.value) === null ? list.path : ["0", ...list.path.slice(1)];
    const slices: Subject[] = [];
    for (let start = 0; start < list.rows.length; start += ROWS) {
      const rows: RowList["rows"] = list.rows.slice(start, start + ROWS);
      const text = printJson(withRows(document, { path, rows }, rows));
      const name = `${file} ${[...list.path, start].join("/")}`;
      if (priced({ name, source, text, at }) >= OFFERINGS_MIN) slices.push({ name, source, text, at });
    }
    return slices;
  });
}

/** The document with nothing beside the provider a list belongs to. */
function withoutSiblings(document: JsonValue, path: readonly string[]): JsonValue {
  const [first] = path;
  if (first === undefined) return document;
  const list = asArray(document);
  if (list !== null) return [list[Number(first)] ?? null];
  const child = asObject(document)?.[first];
  return { [first]: child ?? null };
}

function pageSubjects(corpus: string, recordings: readonly Recording[]): Subject[] {
  const pages = SOURCES.filter(({ kind }) => kind === "page");
  const recorded = recordings.filter(({ file, wrongPage }) => file.endsWith(".html") && !wrongPage);
  const whole = recorded.map(({ source, file, at, body }) => ({
    name: file,
    source: must(findSource(source), "recordings name sources there are"),
    text: withoutScripts(body().toString("utf8")),
    at,
  }));
  const folder = join(corpus, "html/trimmed");
  const replicas = pages.flatMap((source) =>
    htmlFiles(folder).map((name) => ({
      name: `trimmed/${name}`,
      source,
      text: readFileSync(join(folder, name), "utf8"),
      at: new Date("2026-08-21T12:00:00Z"),
    })),
  );
  return [...whole, ...replicas].filter((subject) => priced(subject) >= OFFERINGS_MIN);
}

/** A page without what a reader does not see; its tables and the data they are drawn from stay. */
const withoutScripts = (page: string): string =>
  page
    .replace(/<(script|style|svg|nav|header|footer)\b[\s\S]*?<\/\1>/gi, "")
    .replace(/ (class|style|aria-[\w-]+|href)="[^"]*"/g, "");

function priced({ source, text, at }: Subject): number {
  const parsed = source.parse(text, { url: source.homepage, fetchedAt: at });
  return parsed.ok ? parsed.value.document.offerings.length : 0;
}

function htmlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".html"))
      .sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const ROWS = 10;
/** With fewer there is nothing to compare a row with. */
const OFFERINGS_MIN = 3;
