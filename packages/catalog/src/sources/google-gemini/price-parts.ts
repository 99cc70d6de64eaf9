import { dayAfter } from "../../document/english-date.ts";

/** What a price is for besides text; null where the cell does not tell media apart. */
export type Medium = "text" | "image" | "video" | "audio";

/** One amount of a cell with what is said of it. */
export type PricePart = {
  /** Plain decimal text. */
  usd: string;
  /** `image` for an amount per image made; tokens otherwise. */
  of: "token" | "image";
  media: readonly Medium[] | null;
  /** Set for the amount that holds above so many prompt tokens, and for the one that holds up to them. */
  above: number | undefined;
  upTo: number | undefined;
  validFrom: string | undefined;
  validUntil: string | undefined;
};

/**
 * Takes a cell of Google's page apart: "$1.25, prompts <= 200k tokens $2.50, prompts > 200k tokens", "$0.30 (text /
 * image / video) $1.00 (audio)", "$0.75 through December 31, 2026. $1.50".
 *
 * Null for a cell that says anything else: nothing in it is skipped. An amount without a date follows one that ends;
 * two amounts for the same thing make the cell unreadable. The storage price of a cache is no price of a request.
 */
export function readParts(text: string): PricePart[] | null {
  const pieces = text.split(/(?=\$)/).map((piece) => piece.trim());
  const parts: PricePart[] = [];
  for (const piece of pieces) {
    if (STORAGE.test(piece)) continue;
    const part = readPart(piece);
    if (part === null) return null;
    const earlier = parts.filter((other) => sameThing(other, part));
    const [before] = earlier;
    if (before === undefined) parts.push(part);
    else if (earlier.length === 1 && before.validUntil !== undefined && part.validUntil === undefined) {
      parts.push({ ...part, validFrom: before.validUntil });
    } else return null;
  }
  const bounds = new Set(parts.flatMap(({ above, upTo }) => above ?? upTo ?? []));
  // Prices up to a size and above it go together, at one size.
  const isWhole =
    bounds.size === 0 || (bounds.size === 1 && parts.every((part) => hasOtherSide(part, parts)));
  return parts.length > 0 && isWhole ? parts : null;
}

function readPart(piece: string): PricePart | null {
  const [, usd, rest = ""] = /^\$(\d+(?:\.\d+)?)(.*)$/s.exec(piece) ?? [];
  if (usd === undefined) return null;
  const part: PricePart = {
    usd,
    of: "token",
    media: null,
    above: undefined,
    upTo: undefined,
    validFrom: undefined,
    validUntil: undefined,
  };
  let left = rest;
  while (left.replace(/^[\s,.*]+/, "") !== "") {
    const matched = CLAUSES.find(({ pattern }) => pattern.test(left));
    const found = matched?.pattern.exec(left);
    if (matched === undefined || found === undefined || found === null) return null;
    const [whole, value = ""] = found;
    if (!matched.apply(part, value)) return null;
    left = left.slice(whole.length);
  }
  return part;
}

type Clause = { pattern: RegExp; apply: (part: PricePart, value: string) => boolean };

/** What may be said of an amount; each once. False where it says something that is not understood. */
const CLAUSES: readonly Clause[] = [
  {
    pattern: /^[\s,]*prompts? (?:<=|≤|&lt;=) ?(\d+)k(?: tokens)?/i,
    apply: (part, value) => {
      if (part.upTo !== undefined || part.above !== undefined) return false;
      part.upTo = Number(value) * 1000;
      return true;
    },
  },
  {
    pattern: /^[\s,]*prompts? > ?(\d+)k(?: tokens)?/i,
    apply: (part, value) => {
      if (part.upTo !== undefined || part.above !== undefined) return false;
      part.above = Number(value) * 1000;
      return true;
    },
  },
  {
    pattern: /^[\s,]*\(([a-z ,/]+)\)/i,
    apply: (part, value) => {
      const words = value.toLowerCase().split(/\s*(?:,|\/|\band\b)\s*/);
      const media = words.map((word) => MEDIA.get(word.trim()));
      if (part.media !== null || media.includes(undefined)) return false;
      part.media = [...new Set(media.filter((medium) => medium !== undefined))];
      return true;
    },
  },
  {
    pattern: /^[\s,]*through ([A-Z][a-z]+ \d{1,2}, \d{4})\.?/,
    apply: (part, value) => {
      const end = dayAfter(value);
      if (part.validUntil !== undefined || end === null) return false;
      part.validUntil = end;
      return true;
    },
  },
  {
    pattern: /^\s*(?:\/|per) image\b/i,
    apply: (part) => {
      part.of = "image";
      return true;
    },
  },
];

const MEDIA: ReadonlyMap<string, Medium> = new Map([
  ["text", "text"],
  ["thinking", "text"],
  ["image", "image"],
  ["images", "image"],
  ["video", "video"],
  ["audio", "audio"],
]);

/** "$4.50 / 1,000,000 tokens per hour (storage price)". */
const STORAGE = /^\$[\d.]+ ?\/ ?1,000,000 tokens per hour(?: \(storage price\))?\.?$/i;

const sameThing = (a: PricePart, b: PricePart): boolean =>
  a.of === b.of && a.above === b.above && a.upTo === b.upTo && overlap(a.media, b.media);

const overlap = (a: readonly Medium[] | null, b: readonly Medium[] | null): boolean =>
  a === null || b === null || a.some((medium) => b.includes(medium));

function hasOtherSide(part: PricePart, parts: readonly PricePart[]): boolean {
  const bound = part.above ?? part.upTo;
  return parts.some(
    (other) => (part.above === undefined ? other.above : other.upTo) === bound && bound !== undefined,
  );
}
