import { formatUsd, type Nanos } from "@ratebook/core";
import { groupDigits } from "./group-digits.ts";

export type MoneyTextOptions = {
  /** A plus before what comes in. */
  signed?: boolean;
};

/**
 * An exact amount for people: "$1,234.50", "−$0.000024". At least two places, as many more as the amount has; nothing is
 * rounded.
 */
export function moneyText(amount: Nanos, { signed = false }: MoneyTextOptions = {}): string {
  const [whole = "0", part = ""] = formatUsd(amount).replace("-", "").split(".");
  return `${sign(amount, signed)}$${groupDigits(whole)}.${part.padEnd(2, "0")}`;
}

const sign = (amount: Nanos, signed: boolean): string => {
  if (amount < 0n) return "−";
  return signed && amount > 0n ? "+" : "";
};
