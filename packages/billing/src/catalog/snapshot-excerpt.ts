import { gunzipSync } from "node:zlib";
import { findElement, type PageNode, readPage, textOf } from "./html-place.ts";
import { findJsonPlace, type TextSpan } from "./json-place.ts";
import type { Query } from "./publication.ts";

/** What a stored document says around a price, as plain text; never markup. */
export type SnapshotExcerpt = {
  source: string;
  url: string;
  fetchedAt: Date;
  contentType: string | null;
  sha256: string;
  /** The place in the document: a JSON pointer, a selector, or a stretch of a plain text. */
  where: string | null;
  text: string;
  /** What to mark in `text`, half-open; null where the place was not found any more. */
  mark: TextSpan | null;
};

type Passage = Pick<SnapshotExcerpt, "text" | "mark">;

/**
 * The passage of a stored document around a place, at most about 1,500 characters, with the number to mark; null where
 * the document is not stored.
 *
 * @param near words to look for where the place itself cannot be found: a model's name, a number
 */
export async function readExcerpt(
  sql: Query,
  {
    source,
    sha256,
    where,
    near,
  }: { source: string; sha256: string; where: string | null; near: readonly string[] },
): Promise<SnapshotExcerpt | null> {
  // An override keeps the hash of the document its price came from, which is another source's.
  const [stored] = await sql<(Omit<SnapshotExcerpt, "text" | "mark" | "where"> & { body: Uint8Array })[]>`
    select source, url, fetched_at as "fetchedAt", content_type as "contentType", sha256, body from ratebook.snapshot
    where sha256 = ${sha256} order by (source = ${source}) desc limit 1`;
  if (!stored) return null;
  const { body, ...snapshot } = stored;
  const text = gunzipSync(body).toString("utf8");
  return { ...snapshot, where, ...excerptOf(text, where, near) };
}

/** The same for a document at hand. */
export function excerptOf(text: string, where: string | null, near: readonly string[]): Passage {
  if (where?.startsWith("#/") || where === "#") {
    const span = findJsonPlace(text, where);
    if (span !== null) return cut(text, span);
  }
  const stretch = /^#char=(\d{1,9}),(\d{1,9})$/.exec(where ?? "");
  if (stretch !== null && Number(stretch[2]) <= text.length) {
    return cut(text, { from: Number(stretch[1]), to: Number(stretch[2]) });
  }
  const isPage = /^\s*(<!doctype|<html|<!--)/i.test(text);
  if (isPage && where !== null) {
    const found = fromPage(text, where, near);
    if (found !== null) return found;
  }
  return search(isPage ? textOf(readPage(text)) : text, near);
}

function fromPage(html: string, where: string, near: readonly string[]): Passage | null {
  const [, selector = where, attribute, pointer] = /^(.*) @([\w-]+)(#.*)$/s.exec(where) ?? [];
  const element = findElement(html, selector);
  if (element === null) return null;
  if (attribute !== undefined && pointer !== undefined) {
    const json = element.attributes.get(attribute) ?? "";
    const span = findJsonPlace(json, pointer);
    return span && cut(json, span);
  }
  return inContext(element, near);
}

/** An element's text inside the text of the row, or the block, around it. */
function inContext(element: PageNode, near: readonly string[]): Passage {
  let block = element;
  while (
    block.parent?.parent &&
    (block.tag === "td" || block.tag === "th" || textOf(block).length < CONTEXT / 2)
  ) {
    if (textOf(block.parent).length > CONTEXT * 4) break;
    block = block.parent;
    if (block.tag === "tr") break;
  }
  const own = textOf(element);
  const before = textBefore(block, element);
  const text = textOf(block);
  const from = text.indexOf(own, Math.max(0, before.length - 1));
  if (own === "" || from < 0) return search(text, near);
  const number = near.map((word) => own.indexOf(word)).findIndex((index) => index >= 0);
  const word = near[number];
  if (word !== undefined && own.length > 40) {
    const start = from + own.indexOf(word);
    return cut(text, { from: start, to: start + word.length });
  }
  return cut(text, { from, to: from + own.length });
}

/** The text of a block up to an element in it. */
function textBefore(block: PageNode, element: PageNode): string {
  const parts: string[] = [];
  const visit = (node: PageNode): boolean =>
    node === element ||
    node.children.some((child) => {
      if (typeof child !== "string") return visit(child) || !parts.push(" ");
      parts.push(child);
      return false;
    });
  visit(block);
  return parts.join("").replaceAll(/\s+/g, " ").trim();
}

/** The last of the words after the ones before it: a number after its model's name. */
function search(text: string, near: readonly string[]): Passage {
  let from = 0;
  let mark: TextSpan | null = null;
  for (const word of near) {
    const at = word === "" ? -1 : text.indexOf(word, from);
    if (at < 0) continue;
    mark = { from: at, to: at + word.length };
    from = at + word.length;
  }
  return mark === null ? { text: text.slice(0, CONTEXT), mark: null } : cut(text, mark);
}

function cut(text: string, mark: TextSpan): Passage {
  const to = Math.min(mark.to, mark.from + MARK_MAX);
  const start = Math.max(0, mark.from - CONTEXT / 2);
  return {
    text: text.slice(start, Math.min(text.length, to + CONTEXT / 2)),
    mark: { from: mark.from - start, to: to - start },
  };
}

/** Characters shown around a mark. */
const CONTEXT = 1200;
const MARK_MAX = 300;
