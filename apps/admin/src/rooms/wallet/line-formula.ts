import {
  compareFractions,
  type Fraction,
  fraction,
  multiplyFractions,
  NANOS_PER_USD,
  type Nanos,
  nanos,
  parseDecimal,
  roundHalfEven,
} from "@ratebook/core";
import { groupDigits } from "../../money/group-digits.ts";

/** What of a receipt's line its amount follows from. */
export type FormulaFacts = {
  billedQuantity: string;
  rate: { usd: string; per: number };
  markup: { decidedBy: string; bps: number | null; sellPerUnit: string };
  amount: Nanos;
};

/** A line's arithmetic, for people. */
export type LineFormula = {
  quantity: string;
  /** "$0.15 per 1,000,000" */
  price: string;
  /** "× 1.2", or in words why the price is another one. */
  markup: string;
  /** The product before rounding, in dollars; ends in "…" where it has no end. */
  exact: string;
  /** True where `exact` has more than the nine places a ledger amount has. */
  rounded: boolean;
  /** Whether computing it again gives the amount on the receipt, to the nano. */
  agrees: boolean;
};

/** Writes a line's arithmetic out and computes it again: quantity × price × markup, rounded once, half-even, to nanos. */
export function lineFormula({ billedQuantity, rate, markup, amount }: FormulaFacts): LineFormula {
  const dollars = multiplyFractions(parseDecimal(billedQuantity), sellPerUnit(markup.sellPerUnit));
  const inNanos = multiplyFractions(dollars, fraction(NANOS_PER_USD, 1n));
  return {
    quantity: groupDigits(billedQuantity),
    price: `$${rate.usd} per ${groupDigits(rate.per.toString())}`,
    markup: markupWords(markup),
    exact: `$${fractionText(dollars)}`,
    rounded: inNanos.num % inNanos.den !== 0n,
    agrees: nanos(roundHalfEven(inNanos)) === amount && followsFromList(rate, markup),
  };
}

/** `numerator/denominator` as the receipt states it. */
function sellPerUnit(text: string): Fraction {
  const [num = "", den = "1"] = text.split("/");
  return fraction(BigInt(num), BigInt(den));
}

/** A percentage can be checked against the list price as well; fixed prices and bounds stand on the rule itself. */
function followsFromList(
  rate: FormulaFacts["rate"],
  { decidedBy, bps, sellPerUnit: sell }: FormulaFacts["markup"],
) {
  if (decidedBy !== "percent" || bps === null) return true;
  const list = multiplyFractions(parseDecimal(rate.usd), fraction(1n, BigInt(rate.per)));
  const marked = multiplyFractions(list, fraction(10_000n + BigInt(bps), 10_000n));
  return compareFractions(marked, sellPerUnit(sell)) === 0;
}

function markupWords({ decidedBy, bps }: FormulaFacts["markup"]): string {
  if (decidedBy === "percent" && bps !== null)
    return `× ${fractionText(fraction(10_000n + BigInt(bps), 10_000n))}`;
  return words[decidedBy] ?? decidedBy;
}

const words: Record<string, string> = {
  price: "sold at the rule's fixed price",
  floor: "raised to the rule's least price",
  ceiling: "lowered to the rule's greatest price",
  own_cost: "raised to the operator's own cost",
  free: "free",
  byok: "the operator's fee only; your own key pays the upstream",
};

/** Decimal text of a fraction that is not negative: exact where it ends within 24 places, else cut and marked. */
export function fractionText({ num, den }: Fraction): string {
  const scaled = (num * SCALE) / den;
  const digits = scaled.toString().padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  if ((num * SCALE) % den !== 0n) return `${whole}.${digits.slice(-PLACES)}…`;
  const part = digits.slice(-PLACES).replace(/0+$/, "");
  return part === "" ? whole : `${whole}.${part}`;
}

const PLACES = 24;
const SCALE = 10n ** BigInt(PLACES);
