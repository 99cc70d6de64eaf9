import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SOURCES } from "@ratebook/catalog";

/** A recorded document and the source it is read as. */
export type Recording = {
  /** Id of the source it is read as. */
  source: string;
  /** Path below the corpus. */
  file: string;
  /** The day in its name, at noon UTC; later documents of one day follow an hour apart. */
  at: Date;
  body: () => Buffer;
  /** A page of something else, which the source must refuse. */
  wrongPage: boolean;
};

/** A recorded file that is not replayed, and why. */
export type LeftOut = { file: string; reason: string };

/** The documents of a corpus in the order of their dates, and the files no source reads. */
export type Recordings = { documents: readonly Recording[]; leftOut: LeftOut[] };

/**
 * Lists the recorded documents below a folder.
 *
 * @param known ids of the sources there are
 * @throws where the folder cannot be read
 */
export function listRecordings(
  corpus: string,
  known: ReadonlySet<string> = new Set(SOURCES.map(({ id }) => id)),
): Recordings {
  const documents: Omit<Recording, "at">[] = [];
  const leftOut: LeftOut[] = [];
  for (const [folder, source, pattern] of FOLDERS) {
    for (const name of filesOf(join(corpus, folder))) {
      const file = `${folder}/${name}`;
      if (source !== null && pattern.test(name)) documents.push(recording(corpus, file, source));
      else leftOut.push({ file, reason: "no source reads this format" });
    }
  }
  for (const name of filesOf(join(corpus, "html"))) {
    const file = `html/${name}`;
    const page = PAGES.find(([prefix]) => name.startsWith(prefix));
    if (page === undefined) leftOut.push({ file, reason: "no source reads this page" });
    else if (page[1] === null) {
      for (const source of SOURCES) {
        if (source.kind === "page" || source.kind === "text")
          documents.push(recording(corpus, file, source.id, true));
      }
    } else if (known.has(page[1])) documents.push(recording(corpus, file, page[1]));
    else leftOut.push({ file, reason: `there is no source ${page[1]} yet` });
  }
  const trimmed = filesOf(join(corpus, "html/trimmed")).length;
  if (trimmed > 0) leftOut.push({ file: "html/trimmed", reason: `${trimmed} replicas without a date` });
  return { documents: inOrderOfTime(documents), leftOut };
}

/** The recorded change stream of a source: one line a version. Null where the corpus has none. */
export function readChangeStream(corpus: string): string | null {
  const name = filesOf(join(corpus, "anomalies")).find((file) => /^litellm-.*\.jsonl$/.test(file));
  return name === undefined ? null : readFileSync(join(corpus, "anomalies", name), "utf8");
}

const recording = (corpus: string, file: string, source: string, wrongPage = false) => ({
  source,
  file,
  body: () => readFileSync(join(corpus, file)),
  wrongPage,
});

function inOrderOfTime(documents: readonly Omit<Recording, "at">[]): Recording[] {
  const taken = new Map<string, number>();
  return documents
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map((document) => {
      const slot = `${document.source} ${dayOf(document.file)}`;
      const earlier = taken.get(slot) ?? 0;
      taken.set(slot, earlier + 1);
      return {
        ...document,
        at: new Date(Date.parse(`${dayOf(document.file)}T12:00:00Z`) + earlier * HOUR_MS),
      };
    });
}

/** By day; of one day's two sides of an accident the side before it comes first, whatever its commit is called. */
const orderOf = ({ file, source }: { file: string; source: string }): string =>
  `${dayOf(file)} ${/-before\./.test(file) ? 0 : 1} ${source} ${file}`;

const dayOf = (file: string): string => /\d{4}-\d{2}-\d{2}/.exec(file)?.[0] ?? "9999-12-31";

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    // A corpus may have some folders only.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const FOLDERS: readonly (readonly [folder: string, source: string | null, pattern: RegExp])[] = [
  ["litellm", "litellm", /\.json$/],
  ["openrouter", "openrouter", /\.json$/],
  ["modelsdev", "models.dev", /\.json$/],
  ["genai-prices", "genai-prices", /^data.*\.json$/],
  ["langfuse", null, /./],
  ["other", null, /./],
];

/** Whose page a recorded one is, by the start of its name; null for a page that is nobody's price list. */
const PAGES: readonly (readonly [prefix: string, source: string | null])[] = [
  ["openai-", "openai"],
  ["anthropic-", "anthropic"],
  ["google-", "google-gemini"],
  ["deepseek-", "deepseek"],
  ["zai-", "zai"],
  ["aliyun-", null],
];

const HOUR_MS = 3_600_000;
