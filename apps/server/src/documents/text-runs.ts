/** A stretch of text that is drawn in one go, in the order in which it stands on the page from left to right. */
export type TextRun = {
  text: string;
  /** Its letters are joined and ordered as a whole. */
  shaped: boolean;
  /** A font of its own; null: the document's. */
  font: string | null;
};

/**
 * Cuts a line into runs and puts them into the order in which they are seen: stretches of Arabic or Hebrew, with numbers
 * within or after them, are read from right to left. Lines begin at the left whatever the script.
 *
 * @param fontOf the font a letter needs in place of the document's, where it does
 */
export function textRuns(text: string, fontOf: (letter: string) => string | null): TextRun[] {
  const parts = [...text.matchAll(PARTS)].map(([part]) => part);
  const seen: string[] = [];
  for (let n = 0; n < parts.length; n += 1) {
    const part = parts[n] ?? "";
    if (!RIGHT_TO_LEFT.test(part)) {
      seen.push(part);
      continue;
    }
    const together = [part];
    // What has no letters stands between two such stretches, or is a number after one.
    for (let next = parts[n + 1]; next !== undefined; next = parts[n + 1]) {
      const belongs =
        RIGHT_TO_LEFT.test(next) || (!/\p{L}/u.test(next) && (n + 2 < parts.length || /\d/.test(next)));
      if (!belongs) break;
      together.push(RIGHT_TO_LEFT.test(next) ? next : swapEnds(next));
      n += 1;
    }
    seen.push(...together.reverse());
  }
  return seen.flatMap((part) =>
    RIGHT_TO_LEFT.test(part) ? [{ text: part, shaped: true, font: null }] : byFont(part, fontOf),
  );
}

function byFont(part: string, fontOf: (letter: string) => string | null): TextRun[] {
  const runs: TextRun[] = [];
  for (const letter of part) {
    const font = fontOf(letter);
    const last = runs.at(-1);
    if (last !== undefined && last.font === font) last.text += letter;
    else runs.push({ text: letter, shaped: font !== null, font });
  }
  return runs;
}

/** " 25" as it stands on the other side: "25 ". */
const swapEnds = (text: string): string => {
  const [, before = "", middle = "", after = ""] = /^(\s*)(.*?)(\s*)$/.exec(text) ?? [];
  return `${after}${middle}${before}`;
};

const RTL = "[\\p{Script=Arabic}\\p{Script=Hebrew}]";
const RIGHT_TO_LEFT = new RegExp(RTL, "u");
// A stretch from right to left, with the spaces and signs within; or everything up to the next one.
const PARTS = new RegExp(
  `${RTL}[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{M}]*(?:[\\s\\p{P}]+${RTL}[\\p{Script=Arabic}\\p{Script=Hebrew}\\p{M}]*)*|[^\\p{Script=Arabic}\\p{Script=Hebrew}]+`,
  "gu",
);
