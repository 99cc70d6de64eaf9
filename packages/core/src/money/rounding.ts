import type { Fraction } from "./fraction.ts";

/**
 * The nearest whole number; a fraction exactly half way goes to the even neighbour.
 *
 * The one rounding of a rated line: over many lines halves fall up as often as down, so neither side gains.
 */
export function roundHalfEven(f: Fraction): bigint {
  const floor = roundDown(f);
  const twiceRemainder = (f.num - floor * f.den) * 2n;
  if (twiceRemainder < f.den) return floor;
  if (twiceRemainder > f.den) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

/** The greatest whole number that is not above the fraction (towards −∞). */
export function roundDown(f: Fraction): bigint {
  const quotient = f.num / f.den;
  return f.num < 0n && quotient * f.den !== f.num ? quotient - 1n : quotient;
}

/** The least whole number that is not below the fraction (towards +∞). */
export const roundUp = (f: Fraction): bigint => -roundDown({ num: -f.num, den: f.den });
