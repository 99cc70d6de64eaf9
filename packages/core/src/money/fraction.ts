/**
 * An exact rational number, `num / den` with `den > 0`, not necessarily in lowest terms.
 *
 * Prices, quantities and mark-ups are multiplied as fractions and rounded once, at the end.
 */
export type Fraction = { readonly num: bigint; readonly den: bigint };

/** The fraction `num / den`, with a positive denominator. Throws RangeError when `den` is 0. */
export function fraction(num: bigint, den: bigint): Fraction {
  if (den === 0n) throw new RangeError("a fraction's denominator must not be 0");
  return den < 0n ? { num: -num, den: -den } : { num, den };
}

/** `a + b`, exactly. */
export function addFractions(a: Fraction, b: Fraction): Fraction {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

/** `a × b`, exactly. */
export const multiplyFractions = (a: Fraction, b: Fraction): Fraction => ({
  num: a.num * b.num,
  den: a.den * b.den,
});

/** −1 when `a < b`, 0 when they are the same number, 1 when `a > b`. */
export function compareFractions(a: Fraction, b: Fraction): -1 | 0 | 1 {
  const difference = a.num * b.den - b.num * a.den;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

/** Whether the fraction is the number 0. */
export const isZero = (f: Fraction): boolean => f.num === 0n;
