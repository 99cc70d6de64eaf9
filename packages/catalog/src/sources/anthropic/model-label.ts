import { dayAfter, dayOf } from "../../document/english-date.ts";

/** What a row's first cell says: the models it prices and the time it holds for. */
export type Label = { models: { model: string; name: string }[]; validFrom?: string; validUntil?: string };

/** A row that is not about the API's own models any more, or says something nobody has described. */
export type LabelRefusal = { refused: string };

/**
 * Reads the label of a row: "Claude Sonnet 5", "Claude Opus 5 / Claude Opus 4.8", "Claude Sonnet 5 through August
 * 31, 2026", "Claude Haiku 3 (deprecated)".
 */
export function readLabel(text: string): Label | LabelRefusal {
  const [, before = text, remark] = /^(.*?)\s*\(([^()]*)\)$/.exec(text) ?? [];
  if (remark !== undefined && /^retired\b/i.test(remark)) return { refused: "no longer sold by its maker" };
  if (remark !== undefined && !/^(deprecated|limited availability|legacy|beta|preview)$/i.test(remark)) {
    return { refused: "a remark that is not known" };
  }
  const [, named = before, word, date] = /^(.*?),? (through|until|starting|from) (.+)$/i.exec(before) ?? [];
  const starts = /^(starting|from)$/i.test(word ?? "");
  // "until" may or may not include the day itself.
  const day =
    date === undefined
      ? undefined
      : starts
        ? dayOf(date)
        : /^through$/i.test(word ?? "")
          ? dayAfter(date)
          : null;
  if (day === null) return { refused: "a date that is not understood" };
  const models = named.split(/\s+\/\s+/).map((name) => ({ name: name.trim(), model: apiName(name.trim()) }));
  const known = models.flatMap(({ name, model }) => (model === null ? [] : [{ name, model }]));
  if (known.length < models.length) return { refused: "no model's name" };
  if (day === undefined) return { models: known };
  return { models: known, ...(starts ? { validFrom: day } : { validUntil: day }) };
}

/** The API's name of a model: "Claude Opus 4.6" → "claude-opus-4-6". Null for what is no model's name. */
function apiName(name: string): string | null {
  const older = OLDER.get(name);
  if (older !== undefined) return older;
  const [, family, major, minor] = /^Claude ([A-Z][a-z]+) (\d{1,2})(?:\.(\d{1,2}))?$/.exec(name) ?? [];
  if (family === undefined || major === undefined || Number(major) < 4) return null;
  return `claude-${family.toLowerCase()}-${major}${minor === undefined ? "" : `-${minor}`}`;
}

/**
 * Models named before the scheme "claude-<family>-<version>", under the alias the API answers to:
 * https://platform.claude.com/docs/en/about-claude/models/overview, read 2026-11-22.
 */
const OLDER: ReadonlyMap<string, string> = new Map([
  ["Claude Opus 4", "claude-opus-4-0"],
  ["Claude Sonnet 4", "claude-sonnet-4-0"],
  ["Claude Sonnet 3.7", "claude-3-7-sonnet-latest"],
  ["Claude Sonnet 3.5", "claude-3-5-sonnet-latest"],
  ["Claude Haiku 3.5", "claude-3-5-haiku-latest"],
  ["Claude Opus 3", "claude-3-opus-latest"],
  ["Claude Haiku 3", "claude-3-haiku"],
]);
