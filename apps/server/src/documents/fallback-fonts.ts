import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { decompress } from "wawoff2";
import { z } from "zod";

/**
 * Fonts for letters that the document's own lacks: Chinese, Japanese and Korean, Thai, Devanagari. Each comes in files of
 * some hundred letters, so that a document carries and a process unpacks only those it needs.
 *
 * @returns by name, what `fontOf` answers for the letters of these texts
 */
export async function fallbackFonts(texts: readonly string[]): Promise<Map<string, Uint8Array>> {
  const names = new Set(Array.from(texts.join("")).flatMap((letter) => fontOf(letter) ?? []));
  return new Map(await Promise.all([...names].map(async (name) => [name, await unpacked(name)] as const)));
}

/** The name of the font that a letter needs in place of the document's; null where it needs none or there is none. */
export function fontOf(letter: string): string | null {
  const family = FAMILIES.find(({ letters }) => letters.test(letter))?.name;
  if (family === undefined) return null;
  const point = letter.codePointAt(0) ?? 0;
  return rangesOf(family).find(({ from, to }) => point >= from && point <= to)?.file ?? null;
}

/** Whether a font's stems are those of its thinnest cut. */
export const isThin = (font: string): boolean => font.includes("-sc/") || font.includes("-kr/");

/** By script, because the packages name letters of other scripts that their files do not have. */
const FAMILIES = [
  { name: "noto-sans-kr", letters: /\p{Script=Hangul}/u },
  { name: "noto-sans-thai", letters: /\p{Script=Thai}/u },
  { name: "noto-sans-devanagari", letters: /\p{Script=Devanagari}/u },
  // Chinese and Japanese, with the signs they share.
  { name: "noto-sans-sc", letters: /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\u3000-\u303f\uff00-\uffef]/u },
] as const;
const { resolve } = createRequire(import.meta.url);

type Range = { from: number; to: number; file: string };
const known = new Map<string, Range[]>();

/** Which file of a family has which letters, as its package says; read when it is first needed. */
function rangesOf(family: string): Range[] {
  const before = known.get(family);
  if (before !== undefined) return before;
  const path = resolve(`@fontsource-variable/${family}/unicode.json`);
  const files = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path, "utf8")));
  const ranges = Object.entries(files).flatMap(([part, letters]) => {
    const file = `@fontsource-variable/${family}/files/${family}-${part.replace(/[[\]]/g, "")}-wght-normal.woff2`;
    return [...letters.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, from = "", to = from]) => ({
      from: Number.parseInt(from, 16),
      to: Number.parseInt(to, 16),
      file,
    }));
  });
  known.set(family, ranges);
  return ranges;
}

// A few hundred files of at most some hundred kilobytes: what was unpacked is kept.
const kept = new Map<string, Promise<Uint8Array>>();
// One at a time, see below.
let busy: Promise<unknown> = Promise.resolve();

function unpacked(name: string): Promise<Uint8Array> {
  const before = kept.get(name);
  if (before !== undefined) return before;
  const fresh = Promise.all([readFile(resolve(name)), busy]).then(async ([file]) =>
    // A copy: what comes back lies in memory that the next call uses again.
    Uint8Array.from(await decompress(file)),
  );
  busy = fresh.then(
    () => {},
    () => {},
  );
  kept.set(name, fresh);
  return fresh;
}
