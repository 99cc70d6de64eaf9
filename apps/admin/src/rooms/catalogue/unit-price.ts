import { type Fraction, fraction, multiplyFractions, parseDecimal, toDecimalText } from "@ratebook/core";

/** How many tokens a token price is shown for. */
export type TokenScale = "1k" | "1m";

/** A price as it is stored: decimal dollars for `per` units. */
export type StatedPrice = { usd: string; per: bigint; unit: string };

/** A price as it is shown: "$0.18" and "1M tokens". */
export type ShownPrice = { amount: string; per: string };

/**
 * A price for people, exact to the last digit. Token prices are converted to the scale asked for; all others, and the rare
 * one that has no finite decimal there, keep the unit their source states.
 */
export function unitPrice({ usd, per, unit }: StatedPrice, scale: TokenScale): ShownPrice {
  if (unit === "token") {
    const text = decimalText(multiplyFractions(dividedBy(usd, per), fraction(SCALES[scale], 1n)));
    if (text !== null) return { amount: dollars(text), per: perText(SCALES[scale], unit) };
  }
  return { amount: dollars(usd), per: perText(per, unit) };
}

/** "1M tokens", "1K characters", "image", "60 seconds". */
export function perText(per: bigint | number, unit: string): string {
  const count = BigInt(per);
  if (count === 1n) return unit;
  const many = /(s|x|ch|sh)$/.test(unit) ? `${unit}es` : `${unit}s`;
  if (count === SCALES["1m"]) return `1M ${many}`;
  if (count === SCALES["1k"]) return `1K ${many}`;
  return `${grouped(count.toString())} ${many}`;
}

/** Decimal text as dollars: at least two places, thousands grouped, nothing rounded: "$0.15", "$1,200.00". */
export function dollars(text: string): string {
  const [whole = "0", part = ""] = text.split(".");
  return `$${grouped(whole)}.${part.replace(/0+$/, "").padEnd(2, "0")}`;
}

/** Whether one price of a unit is below another, both as decimal text for the same count of it. */
export function isLess(usd: string, than: string): boolean {
  const [a, b] = [parseDecimal(usd), parseDecimal(than)];
  return a.num * b.den < b.num * a.den;
}

const SCALES = { "1k": 1_000n, "1m": 1_000_000n } as const;

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ",");

function dividedBy(usd: string, per: bigint): Fraction {
  const { num, den } = parseDecimal(usd);
  return fraction(num, den * per);
}

/** The fraction as decimal text, or null where its decimals never end. */
const decimalText = (value: Fraction): string | null =>
  (value.num * 10n ** MOST_PLACES) % value.den === 0n ? toDecimalText(value, Number(MOST_PLACES)) : null;

/** A price has at most 18 places and `per` at most nine more. */
const MOST_PLACES = 40n;
