import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantity, wholeQuantity } from "./quantity.ts";
import { sttSeconds, ttsCharacters, videoTokens } from "./speech.ts";

describe("ttsCharacters", () => {
  test.each([
    ["", 0n],
    ["hello", 5n],
    ["naïve", 5n],
    ["e\u0301", 2n],
    ["🙂", 1n],
    ["👩‍👩‍👧", 5n],
  ])("%j has %s code points", (text, points) => expect(ttsCharacters(text)).toBe(wholeQuantity(points)));

  test("two texts said one after the other cost what they cost apart", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(ttsCharacters(a + b)).toBe(ttsCharacters(a) + ttsCharacters(b));
      }),
    );
  });
});

describe("sttSeconds", () => {
  test.each([
    [0n, 1_000_000_000n],
    [999_999_999n, 1_000_000_000n],
    [1_234_567_891n, 1_235_000_000n],
    [1_000_500_000n, 1_000_000_000n],
    [1_001_500_000n, 1_002_000_000n],
    [60_000_000_000n, 60_000_000_000n],
  ])("%s billionths of a second bill %s", (decoded, billed) => {
    expect(sttSeconds(quantity(decoded))).toBe(billed);
  });
});

describe("videoTokens", () => {
  test("a second of 720p at 24 frames is 21,600 tokens", () => {
    // 720 × 1280 × 1 × 24 / 1024 = 21,600
    expect(videoTokens(720, 1280, wholeQuantity(1n))).toEqual({ ok: true, value: wholeQuantity(21_600n) });
  });

  test.each([
    [0, 1280, 1n, "height"],
    [720.5, 1280, 1n, "height"],
    [Number.NaN, 1280, 1n, "height"],
    [720, -1, 1n, "width"],
    [720, 1e308, 1n, "width"],
    [720, 1280, 0n, "seconds"],
  ] as const)("%s × %s × %s s is refused: %s", (height, width, seconds, field) => {
    expect(videoTokens(height, width, wholeQuantity(seconds))).toMatchObject({ ok: false, error: { field } });
  });
});
