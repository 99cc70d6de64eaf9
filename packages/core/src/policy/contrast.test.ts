import fc from "fast-check";
import { expect, test } from "vitest";
import { contrastRatio, type HexColor, hexColor } from "./contrast.ts";

test("known pairs have the contrast that the standard's own examples give", () => {
  expect(contrastRatio("#000000", "#ffffff")).toBeCloseTo(21, 5);
  // The darkest grey that fails on white is #777777 (4.48), the lightest that passes #767676 (4.54).
  expect(contrastRatio("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  expect(contrastRatio("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
});

test("the order of colours changes nothing, and the ratio is 1 … 21", () => {
  const color = fc
    .integer({ min: 0, max: 0xffffff })
    .map((n): HexColor => `#${n.toString(16).padStart(6, "0")}`);
  fc.assert(
    fc.property(color, color, (a, b) => {
      const ratio = contrastRatio(a, b);
      return ratio === contrastRatio(b, a) && ratio >= 1 && ratio <= 21.000001;
    }),
  );
});

test.each([
  ["#ABCDEF", "#abcdef"],
  ["#abc", null],
  ["abcdef", null],
  ["#abcdeg", null],
  ["#abcdef;", null],
])("%s is read as %s", (text, color) => {
  expect(hexColor(text)).toBe(color);
});
