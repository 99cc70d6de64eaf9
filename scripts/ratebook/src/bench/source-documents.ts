import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { litellmDocument } from "./litellm-document.ts";
import { MADE_DOCUMENTS } from "./made-documents.ts";

/** A source's document as bytes, and where these came from. */
export type SourceDocument = { source: string; body: Buffer; from: string };

/**
 * A document of every source that reads JSON: the newest recorded one where the folder that RATEBOOK_CORPUS names has
 * one, else one of the same shape made here; made ones alone are 10,000 offerings.
 */
export function sourceDocuments(env: NodeJS.ProcessEnv = process.env): SourceDocument[] {
  const corpus = env["RATEBOOK_CORPUS"] || undefined;
  const made = [...MADE_DOCUMENTS].map(
    ([source, make]) =>
      recorded(corpus, source) ?? {
        source,
        body: Buffer.from(JSON.stringify(make(), null, 2)),
        from: "made up",
      },
  );
  return [{ source: "litellm", ...litellmDocument(env) }, ...made];
}

function recorded(corpus: string | undefined, source: string): SourceDocument | null {
  const place = RECORDED.get(source);
  if (corpus === undefined || place === undefined) return null;
  const folder = join(corpus, place.folder);
  // Names carry the date.
  const newest = readdirSync(folder)
    .filter((name) => place.pattern.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error(`there is no document of ${source} in ${folder}`);
  return { source, body: readFileSync(join(folder, newest)), from: newest };
}

const RECORDED: ReadonlyMap<string, { folder: string; pattern: RegExp }> = new Map([
  ["openrouter", { folder: "openrouter", pattern: /^models-\d.*\.json$/ }],
  ["models.dev", { folder: "modelsdev", pattern: /^api-\d.*\.json$/ }],
  ["genai-prices", { folder: "genai-prices", pattern: /^data-\d.*\.json$/ }],
]);
