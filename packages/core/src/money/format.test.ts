import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDecimal } from "./decimal.ts";
import { formatQuantity, formatUsd, MAX_USD_NANOS, parseUsd, usdJsonNumber } from "./format.ts";
import { addFractions, compareFractions, type Fraction, fraction, multiplyFractions } from "./fraction.ts";
import { nanos } from "./nanos.ts";
import { roundHalfEven } from "./rounding.ts";

const greatest: bigint = MAX_USD_NANOS;
const anyAmount = fc.bigInt({ min: -greatest, max: greatest }).map(nanos);

describe("formatUsd and parseUsd", () => {
  test.each([
    [24_000n, "0.000024"],
    [-1_500_000_000n, "-1.5"],
    [20_000_000_000n, "20"],
    [1n, "0.000000001"],
    [0n, "0"],
  ])("%s nanos is %s", (amount, text) => {
    expect(formatUsd(nanos(amount))).toBe(text);
    expect(parseUsd(text, { negative: "allowed" })).toEqual({ ok: true, value: amount });
  });

  test("every amount survives the round trip", () => {
    fc.assert(
      fc.property(anyAmount, (amount) => {
        expect(parseUsd(formatUsd(amount), { negative: "allowed" })).toEqual({ ok: true, value: amount });
      }),
    );
  });

  test.each([
    ["NaN", "not_decimal"],
    ["Infinity", "not_decimal"],
    ["1e3", "not_decimal"],
    ["1e308", "not_decimal"],
    ["", "not_decimal"],
    ["$5", "not_decimal"],
    ["1,000", "not_decimal"],
    ["+1", "not_decimal"],
    ["-1", "negative"],
    ["-0", "negative"],
    ["0.0000000001", "too_many_places"],
    ["1000000000.000000001", "too_large"],
  ])("refuses %j as %s", (text, reason) => {
    expect(parseUsd(text)).toMatchObject({ ok: false, error: { kind: "invalid_amount", reason } });
  });

  test("trailing zeros are not places", () => {
    expect(parseUsd("1.500000000000")).toEqual({ ok: true, value: 1_500_000_000n });
  });
});

describe("usdJsonNumber", () => {
  test("a reader of the JSON gets the amount back to the nano below 2^23 dollars", () => {
    const bound = 2n ** 23n * 1_000_000_000n;
    fc.assert(
      fc.property(fc.bigInt({ min: -bound, max: bound }), (amount) => {
        const json = JSON.stringify(usdJsonNumber(nanos(amount)));
        // Number.prototype.toFixed rounds the double to nine places exactly as a careful reader would.
        expect(BigInt(Number(json).toFixed(9).replace(".", ""))).toBe(amount);
      }),
    );
  });

  test("figures of ordinary size are written as their decimal text", () => {
    expect(JSON.stringify(usdJsonNumber(nanos(24_000n)))).toBe("0.000024");
    expect(JSON.stringify(usdJsonNumber(nanos(3_840_000_000n)))).toBe("3.84");
    expect(JSON.stringify(usdJsonNumber(nanos(0n)))).toBe("0");
  });
});

test("a quantity prints whole units without a point", () => {
  expect(formatQuantity(1_200_000_000_000n)).toBe("1200");
  expect(formatQuantity(1_000_000n)).toBe("0.001");
});

describe("a debit is the sum of its rounded lines", () => {
  const line = (quantity: bigint, usd: string, per: bigint, markupBp: bigint): Fraction =>
    multiplyFractions(
      multiplyFractions(parseDecimal(usd), fraction(quantity * 1_000_000_000n, per)),
      fraction(10_000n + markupBp, 10_000n),
    );
  const anyLine = fc.tuple(
    fc.bigInt({ min: 0n, max: 10n ** 9n }),
    fc.constantFrom("0.15", "0.02", "1.25", "0.000000333", "15"),
    fc.constantFrom(1n, 1_000n, 1_000_000n),
    fc.constantFrom(0n, 2_000n, 1_234n),
  );

  test("1K embedding tokens at $0.02/M and 20 % are $0.000024", () => {
    // 1,000 × 0.02 / 1,000,000 × 1.2 = 0.000024
    expect(formatUsd(nanos(roundHalfEven(line(1_000n, "0.02", 1_000_000n, 2_000n))))).toBe("0.000024");
  });

  test("printing the lines and adding them gives the printed debit, half a nano a line from the exact sum", () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 20 }), (lines) => {
        const exact = lines.map((parts) => line(...parts));
        const rounded = exact.map((f) => nanos(roundHalfEven(f)));
        const debit = rounded.reduce((sum, amount) => sum + amount, 0n);
        const printed = rounded
          .map((amount) => parseDecimal(formatUsd(amount)))
          .reduce(addFractions, fraction(0n, 1n));
        expect(compareFractions(printed, parseDecimal(formatUsd(nanos(debit))))).toBe(0);
        const off = addFractions(exact.reduce(addFractions, fraction(0n, 1n)), fraction(-debit, 1n));
        const magnitude = off.num < 0n ? fraction(-off.num, off.den) : off;
        expect(compareFractions(magnitude, fraction(BigInt(lines.length), 2n))).not.toBe(1);
      }),
    );
  });
});
