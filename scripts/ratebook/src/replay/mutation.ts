import type { PriceSource } from "@ratebook/catalog";
import { mutateJson } from "./mutate-json.ts";
import { mutatePage } from "./mutate-page.ts";
import type { Seeded } from "./seeded.ts";

/** A recorded document, or a part of one, that is spoiled over and over. */
export type Subject = {
  name: string;
  source: PriceSource;
  /** JSON as its source prints it, or a page. */
  text: string;
  at: Date;
};

/** In what way a document is spoiled. */
export const MUTATION_KINDS = [
  "columns swapped",
  "column renamed",
  "rows shifted",
  "rows dropped",
  "per 1K for per 1M",
  "a digit lost",
  "currency changed",
  "truncated",
  "challenge page",
  "empty",
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/**
 * The document with one thing wrong, or null where this document has no such thing (one column cannot be swapped).
 * The same random choices give the same text.
 */
export function mutate(subject: Subject, kind: MutationKind, random: Seeded): string | null {
  const { text, source } = subject;
  if (kind === "challenge page") return random.pick(CHALLENGES);
  if (kind === "empty") return random.pick(source.kind === "page" ? EMPTY_PAGES : EMPTY_JSON);
  if (kind === "truncated" && random.below(2) === 0) return text.slice(0, random.below(text.length));
  return source.kind === "page" ? mutatePage(text, kind, random) : mutateJson(text, kind, random);
}

const CHALLENGES = [
  "<!doctype html><html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies to continue</body></html>",
  "<!doctype html><html><head><title>Access denied</title></head><body><h1>Error 1020</h1></body></html>",
  "<html><body>Verify you are a human<table><tr><th>Ray</th><td>8f2</td></tr></table></body></html>",
];
const EMPTY_PAGES = ["", " \n", "<!doctype html><html><body></body></html>"];
const EMPTY_JSON = ["", " \n", "{}", "[]", "null", '{"data":[]}'];
