import {
  formatQuantity,
  type Nanos,
  nanos,
  parseDecimal,
  type VolumeDiscount,
  volumeDue,
} from "@ratebook/core";
import { groupDigits } from "../../money/group-digits.ts";
import { moneyText } from "../../money/money-text.ts";
import { percentOf } from "../markup/rule-draft.ts";
import { meterText } from "../wallet/meter-text.ts";

type Tiers = Pick<VolumeDiscount, "by" | "match" | "tiers">;

/**
 * What the tiers of a discount mean, a sentence for each stretch of the month: "The first $1,000 of a month: no discount.",
 * "The next $4,000: 5 % off.", "All above $5,000: 10 % off."
 */
export function tierWords({ by, match, tiers }: Tiers): string[] {
  const amount = (billionths: bigint): string =>
    by === "spend" ? wholeDollars(nanos(billionths)) : units(billionths, match.meter);
  const words: string[] = [];
  const stretch = (length: bigint, off: string) =>
    words.push(
      words.length === 0
        ? `The first ${amount(length)} of a month: ${off}.`
        : `The next ${amount(length)}: ${off}.`,
    );
  tiers.forEach(({ above, discountBps }, index) => {
    const from = billionthsOf(above);
    const next = tiers[index + 1];
    const off = discountBps === 0 ? "no discount" : `${percentOf(discountBps)} % off`;
    if (index === 0 && from > 0n) stretch(from, "no discount");
    if (next !== undefined) stretch(billionthsOf(next.above) - from, off);
    else words.push(from === 0n ? `Everything: ${off}.` : `All above ${amount(from)}: ${off}.`);
  });
  return words;
}

/** A month of twice the last tier's dollars, and what the tiers take off it; null where units are counted. */
export function exampleMonth(discount: Tiers): { gross: Nanos; taken: Nanos } | null {
  const last = discount.tiers.at(-1);
  const from = last === undefined ? 0n : billionthsOf(last.above);
  if (discount.by !== "spend" || from === 0n) return null;
  const gross = from * 2n;
  const month = volumeDue();
  month.add({ discount, volume: gross, gross, room: gross });
  return { gross: nanos(gross), taken: month.due() };
}

/** Dollars without the cents they do not have. */
const wholeDollars = (amount: Nanos): string => moneyText(amount).replace(/\.00$/, "");

function units(billionths: bigint, meter = "units"): string {
  const name = meterText(meter);
  return `${groupDigits(formatQuantity(billionths))} ${/^[A-Z]{2}/.test(name) ? name : name.toLowerCase()}`;
}

/** Dollars as nanos, units as billionths: the schema lets nine places through. */
function billionthsOf(text: string): bigint {
  const { num, den } = parseDecimal(text);
  return (num * 1_000_000_000n) / den;
}
