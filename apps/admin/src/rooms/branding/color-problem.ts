import { AA_CONTRAST, contrastRatio, hexColor } from "@ratebook/core";

/** Why a colour cannot be the platform's, in a sentence; null where it can. The server insists on the same. */
export function colorProblem(text: string): string | null {
  const color = hexColor(text.trim());
  if (color === null) return "A colour such as #12715b.";
  const ratio = contrastRatio(color, "#ffffff");
  return ratio >= AA_CONTRAST
    ? null
    : `Too light: white text on it has a contrast of ${ratio.toFixed(1)} to 1; 4.5 is needed.`;
}
