import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatQuantity } from "../money/format.ts";
import type { Meter } from "./meters.ts";
import { poolsFromQuantities, totalInputTokens } from "./pools.ts";
import { parseQuantity, quantity, wholeQuantity } from "./quantity.ts";

describe("parseQuantity", () => {
  test.each([
    ["1200", "input_tokens", 1_200_000_000_000n],
    [1200, "input_tokens", 1_200_000_000_000n],
    ["0.000000001", "video_second", 1n],
    [1e-9, "video_second", 1n],
    [1.5e-7, "video_second", 150n],
    [0.1, "stt_second", 100_000_000n],
    ["1.000", "image", 1_000_000_000n],
    [1e12, "input_tokens", 10n ** 21n],
    [0, "input_tokens", 0n],
  ] as const)("%s of %s is read exactly", (value, meter, billionths) => {
    expect(parseQuantity(value, meter)).toEqual({ ok: true, value: billionths });
  });

  test.each([
    [Number.NaN, "input_tokens", "must be a finite number"],
    [Number.POSITIVE_INFINITY, "input_tokens", "must be a finite number"],
    [1e308, "input_tokens", "must be at most 1000000000000"],
    ["1e308", "input_tokens", 'must be a plain decimal such as "1200" or "0.5"'],
    ["NaN", "input_tokens", 'must be a plain decimal such as "1200" or "0.5"'],
    ["", "input_tokens", 'must be a plain decimal such as "1200" or "0.5"'],
    [-1, "input_tokens", "must not be negative"],
    ["-1", "video_second", "must not be negative"],
    [1.5, "input_tokens", "must be a whole number"],
    ["0.5", "image", "must be a whole number"],
    ["0.0000000001", "video_second", "must have at most 9 decimal places"],
    [5e-324, "video_second", "must have at most 9 decimal places"],
    [0.1 + 0.2, "video_second", "must have at most 9 decimal places"],
    ["1000000000000.1", "video_second", "must be at most 1000000000000"],
    ["9".repeat(60), "video_second", "must be at most 1000000000000"],
    [1, "x_proxy_call", "is not a meter that any price document defines"],
  ] as const)("%s of %s is refused and the field named", (value, meter, message) => {
    expect(parseQuantity(value, meter)).toEqual({
      ok: false,
      error: { kind: "invalid_usage", field: `quantities.${meter}`, message },
    });
  });

  test("what it reads, formatQuantity writes", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), (billionths) => {
        const text = formatQuantity(billionths);
        expect(parseQuantity(text, "video_second")).toEqual({ ok: true, value: billionths });
      }),
    );
  });

  test("a number is the decimal it prints as", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 9 }), (n, places) => {
        const number = Number(`${n}e-${places}`);
        const exact = (BigInt(n) * 10n ** 9n) / 10n ** BigInt(places);
        expect(parseQuantity(number, "video_second")).toEqual({ ok: true, value: exact });
      }),
    );
  });
});

describe("poolsFromQuantities", () => {
  const units = (meter: Meter) => (meter === "x_proxy_call" ? { integer: true } : undefined);

  test("an operator's meter is counted as its document says", () => {
    expect(poolsFromQuantities({ x_proxy_call: 3 }, units)).toEqual({
      ok: true,
      value: new Map([["x_proxy_call", wholeQuantity(3n)]]),
    });
    expect(poolsFromQuantities({ x_proxy_call: 0.5 }, units)).toMatchObject({
      error: { field: "quantities.x_proxy_call", message: "must be a whole number" },
    });
    expect(poolsFromQuantities({ x_other: 1 }, units)).toMatchObject({
      error: { field: "quantities.x_other" },
    });
  });

  test.each(["bogus", "constructor", "__proto__x", "X_CALL", "x_"])("the name %s is refused", (name) => {
    expect(poolsFromQuantities({ [name]: 1 })).toMatchObject({
      ok: false,
      error: { field: `quantities.${name}` },
    });
  });

  test("the order of the report does not matter and zeros are left out", () => {
    const pools = poolsFromQuantities({ output_tokens: 5, image: 0, input_tokens: "7" });
    expect(pools.ok && [...pools.value]).toEqual([
      ["input_tokens", wholeQuantity(7n)],
      ["output_tokens", wholeQuantity(5n)],
    ]);
  });
});

test("totalInputTokens counts cached, written and media input, and no output", () => {
  const pools = poolsFromQuantities({
    input_tokens: 1,
    cache_read_tokens: 2,
    cache_write_tokens: 4,
    cache_write_1h_tokens: 8,
    audio_input_tokens: 16,
    audio_input_cached_tokens: 32,
    image_input_tokens: 64,
    image_input_cached_tokens: 128,
    video_input_tokens: 256,
    output_tokens: 512,
    reasoning_tokens: 1024,
    image: 2048,
  });
  // 1 + 2 + 4 + … + 256 = 511
  expect(pools.ok && totalInputTokens(pools.value)).toBe(wholeQuantity(511n));
  expect(totalInputTokens(new Map())).toBe(quantity(0n));
});
