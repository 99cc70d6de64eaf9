import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addFractions,
  compareFractions,
  type Fraction,
  fraction,
  isZero,
  multiplyFractions,
} from "./fraction.ts";
import { roundDown, roundHalfEven, roundUp } from "./rounding.ts";

const anyFraction = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.bigInt({ min: 1n, max: 10n ** 18n }))
  .map(([num, den]) => fraction(num, den));

const distance = (f: Fraction, n: bigint): Fraction => {
  const difference = addFractions(f, fraction(-n, 1n));
  return difference.num < 0n ? fraction(-difference.num, difference.den) : difference;
};

describe("roundHalfEven", () => {
  test.each([
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [5n, 2n, 2n],
    [-1n, 2n, 0n],
    [-3n, 2n, -2n],
    [-5n, 2n, -2n],
    [7n, 3n, 2n],
    [8n, 3n, 3n],
    [-8n, 3n, -3n],
    [6n, 3n, 2n],
  ])("%s/%s is %s", (num, den, expected) => expect(roundHalfEven(fraction(num, den))).toBe(expected));

  test("no whole number is nearer, and of two equally near ones the even one is given", () => {
    fc.assert(
      fc.property(anyFraction, (f) => {
        const rounded = roundHalfEven(f);
        const toHalf = compareFractions(distance(f, rounded), fraction(1n, 2n));
        expect(toHalf).not.toBe(1);
        if (toHalf === 0) expect(rounded % 2n).toBe(0n);
      }),
    );
  });

  test("it is symmetric about zero, so a refund of a line is the line", () => {
    fc.assert(
      fc.property(anyFraction, (f) => {
        expect(roundHalfEven(fraction(-f.num, f.den))).toBe(-roundHalfEven(f));
      }),
    );
  });
});

test("roundDown and roundUp bracket the fraction by less than one", () => {
  fc.assert(
    fc.property(anyFraction, (f) => {
      expect(compareFractions(fraction(roundDown(f), 1n), f)).not.toBe(1);
      expect(compareFractions(fraction(roundUp(f), 1n), f)).not.toBe(-1);
      expect(roundUp(f) - roundDown(f)).toBe(f.num % f.den === 0n ? 0n : 1n);
    }),
  );
});

describe("fractions", () => {
  test("a zero denominator is refused and a negative one is turned", () => {
    expect(() => fraction(1n, 0n)).toThrow(RangeError);
    expect(fraction(1n, -2n)).toEqual({ num: -1n, den: 2n });
    expect(isZero(fraction(0n, 5n))).toBe(true);
  });

  test("multiplication distributes over addition exactly", () => {
    fc.assert(
      fc.property(anyFraction, anyFraction, anyFraction, (a, b, c) => {
        const left = multiplyFractions(a, addFractions(b, c));
        const right = addFractions(multiplyFractions(a, b), multiplyFractions(a, c));
        expect(compareFractions(left, right)).toBe(0);
      }),
    );
  });
});
