/** A stretch of a text, half-open. */
export type TextRange = { from: number; to: number };

/** The place of a stretch in a plain text, as RFC 5147 writes it: `#char=120,124`. */
export const textPlace = ({ from, to }: TextRange): string => `#char=${from},${to}`;

/** Finds the stretch a place leads to in a text; null where the place is of another kind or lies outside. */
export function textAt(text: string, where: string): string | null {
  const [, from, to] = /^#char=(\d{1,9}),(\d{1,9})$/.exec(where) ?? [];
  return from === undefined || to === undefined || Number(to) > text.length
    ? null
    : text.slice(Number(from), Number(to));
}
