import { err, ok, type Result } from "../result.ts";
import { documentIssues, pathText } from "./document-checks.ts";
import { PriceDocument } from "./price-document.ts";

/** Why something is no price document: each issue names its place, `offerings[3].rates[1].usd`. */
export type InvalidDocument = {
  kind: "invalid_document";
  /** At most MAX_ISSUES; `count` says how many there are. */
  issues: readonly { path: string; message: string }[];
  count: number;
};

/**
 * Reads a price document (an operator's import, or what a source's parser made) in full: the shape of each
 * field first, then what the fields say together. Nothing is repaired or left out.
 */
export function parsePriceDocument(input: unknown): Result<PriceDocument, InvalidDocument> {
  const parsed = PriceDocument.safeParse(input);
  const issues = parsed.success ? documentIssues(parsed.data) : parsed.error.issues;
  if (parsed.success && issues.length === 0) return ok(parsed.data);
  return err({
    kind: "invalid_document",
    issues: issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path: pathText(path), message })),
    count: issues.length,
  });
}

/** More than anybody reads in one go. */
export const MAX_ISSUES = 100;
