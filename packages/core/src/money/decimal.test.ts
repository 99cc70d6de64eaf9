import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decimalTextFromScientific,
  parseDecimal,
  toDecimalText,
  tryParseDecimal,
  withoutThousands,
} from "./decimal.ts";
import { compareFractions, fraction } from "./fraction.ts";

const digits = (min: number, max: number) =>
  fc.string({
    unit: fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    minLength: min,
    maxLength: max,
  });

test("commas go where they set off thousands, and nowhere else", () => {
  expect(["1,250.50", "-12,345,678", "1,000"].map(withoutThousands)).toEqual([
    "1250.50",
    "-12345678",
    "1000",
  ]);
  for (const text of [
    "1,5",
    "0,125",
    "12,34",
    "1,2345",
    "1,000,",
    ",100",
    "1234,567",
    "1.000,50",
    "1,000,00",
  ])
    expect(withoutThousands(text)).toBe(text);
});

describe("parseDecimal", () => {
  test("reads a price exactly", () => {
    expect(parseDecimal("0.15")).toEqual({ num: 15n, den: 100n });
    expect(parseDecimal("-3")).toEqual({ num: -3n, den: 1n });
  });

  test.each([
    "",
    ".",
    "1.",
    ".5",
    "+1",
    "1e3",
    "NaN",
    "Infinity",
    "0x10",
    " 1",
    "1 ",
    "1,5",
    "--1",
    "١",
    "1".repeat(65),
  ])("refuses %j", (text) => {
    expect(tryParseDecimal(text)).toMatchObject({ ok: false, error: { kind: "not_decimal" } });
    expect(() => parseDecimal(text)).toThrow(RangeError);
  });

  test("text survives the round trip, less its trailing zeros", () => {
    fc.assert(
      fc.property(digits(1, 12), digits(1, 18), fc.boolean(), (whole, part, negative) => {
        const value = parseDecimal(`${negative ? "-" : ""}${whole}.${part}`);
        const text = toDecimalText(value, 18);
        expect(compareFractions(parseDecimal(text), value)).toBe(0);
        expect(text).not.toMatch(/\.\d*0$|\.$/);
      }),
    );
  });
});

describe("toDecimalText", () => {
  test("never rounds: a number without an exact text is refused", () => {
    expect(toDecimalText(fraction(1n, 8n), 3)).toBe("0.125");
    expect(() => toDecimalText(fraction(1n, 8n), 2)).toThrow(RangeError);
    expect(() => toDecimalText(fraction(1n, 3n), 18)).toThrow(RangeError);
  });

  test("zero has no sign", () => expect(toDecimalText(fraction(0n, -7n), 9)).toBe("0"));
});

describe("decimalTextFromScientific", () => {
  test.each([
    ["1.5e-07", "0.00000015"],
    ["0.0000006000000000000001", "0.0000006"],
    ["6.000000000000001e-7", "0.0000006"],
    ["2E+3", "2000"],
    ["3", "3"],
    ["-1.25e1", "-12.5"],
    ["1e-30", "0"],
    // 18 places: ...05 lies half way between ...0 and ...1, and 0 is even.
    ["0.0000000000000000005", "0"],
    ["0.0000000000000000015", "0.000000000000000002"],
  ])("%s is %s at 18 places", (text, expected) => {
    expect(decimalTextFromScientific(text, 18)).toEqual({ ok: true, value: expected });
  });

  test.each(["", "e5", "1e", "1e9999", "NaN", "Infinity", "1e500", "0x1p3", "1_000"])(
    "refuses %j",
    (text) => {
      expect(decimalTextFromScientific(text, 18).ok).toBe(false);
    },
  );

  test("agrees with the plain text of the same number, whatever the exponent", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
        fc.integer({ min: -18, max: 20 }),
        (n, exponent) => {
          const exact =
            exponent < 0 ? fraction(n, 10n ** BigInt(-exponent)) : fraction(n * 10n ** BigInt(exponent), 1n);
          expect(decimalTextFromScientific(`${n}e${exponent}`, 18)).toEqual({
            ok: true,
            value: toDecimalText(exact, 18),
          });
        },
      ),
    );
  });

  test("a float's own text comes back as the number it prints", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (float) => {
        const text = decimalTextFromScientific(String(float), 40);
        expect(text.ok && Number(text.value)).toBe(float);
      }),
    );
  });
});
