import {
  decimalTextFromScientific,
  type Nanos,
  nanos,
  parseDecimal,
  readInstant,
  roundHalfEven,
  withoutThousands,
} from "@ratebook/core";

/**
 * A whole number as documents print it: with commas that group by three, or with a zero fraction.
 *
 * Null where it may mean something else: "1,5" is one and a half in half of Europe, and "1.000" a thousand.
 */
export function readCount(text: string): bigint | null {
  const digits = withoutThousands(text).replace(/\.(?!0{3}$)0+$/, "");
  return /^\d{1,15}$/.test(digits) ? BigInt(digits) : null;
}

/** The UTC day of a date, of an instant written as one, or of seconds since 1970; null where it is none of them. */
export function readDay(text: string): string | null {
  const at = /^\d{10}$/.test(text) ? new Date(Number(text) * 1000) : readInstant(text);
  const day = at?.toISOString().slice(0, 10) ?? null;
  return day !== null && /^2[01]\d\d-/.test(day) ? day : null;
}

/**
 * An amount as documents print it, rounded half-even to nanos; null where it is none. A negative amount is a credit.
 * Thousands are told apart by commas, as documents in dollars do.
 */
export function readAmount(text: string, unit: "usd" | "cents"): Nanos | null {
  const decimal = decimalTextFromScientific(withoutThousands(text.replace(/^(-?)\$/, "$1")), 20);
  if (!decimal.ok) return null;
  const { num, den } = parseDecimal(decimal.value);
  const amount = roundHalfEven({ num: num * 1_000_000_000n, den: den * (unit === "cents" ? 100n : 1n) });
  return amount > MOST || amount < -MOST ? null : nanos(amount);
}

/** A billion dollars: no line of an invoice is more. */
const MOST = 1_000_000_000n * 1_000_000_000n;
