import type { Nanos } from "@ratebook/core";
import { moneyText } from "./money-text.ts";

type MoneyProps = {
  amount: Nanos;
  /** Shows a plus, and colours what comes in. */
  signed?: boolean;
  className?: string;
};

/** An exact amount in figures of equal width; nothing is rounded or hidden. */
export function Money({ amount, signed = false, className = "" }: MoneyProps) {
  const direction = signed && amount > 0n ? "money-in" : "";
  const text = moneyText(amount, { signed });
  // Cents first; what is finer stands back a little, but is there.
  const cents = text.indexOf(".") + 3;
  return (
    <span className={`money ${direction} ${className}`.trim()}>
      {text.slice(0, cents)}
      {text.length > cents && <span className="money-fine">{text.slice(cents)}</span>}
    </span>
  );
}
