/** A colour as `#rrggbb`, in small letters. */
export type HexColor = `#${string}`;

/** The colour of text as `#rrggbb`, in small letters; null where it is none. */
export const hexColor = (text: string): HexColor | null =>
  /^#[0-9a-f]{6}$/i.test(text) ? `#${text.slice(1).toLowerCase()}` : null;

/**
 * How well one colour is read on the other, from 1 to 21, as WCAG 2 defines it
 * (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Text needs 4.5 for AA.
 */
export function contrastRatio(one: HexColor, other: HexColor): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The least that small text needs. */
export const AA_CONTRAST = 4.5;

function luminance(color: HexColor): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
