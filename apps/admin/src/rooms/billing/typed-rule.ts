import { defaultCaps, type Nanos } from "@ratebook/core";
import { readDollars } from "./read-dollars.ts";

/** A rule of auto top-up as its form has it, in amounts. */
export type TypedRule = {
  mode: "fixed" | "recharge_to";
  threshold: Nanos;
  amount: Nanos;
  dailyCap: Nanos;
  monthlyCap: Nanos;
};

/** Reads the form's texts; caps left empty follow the amount. Null while an amount cannot be read. */
export function readRule(texts: {
  mode: TypedRule["mode"];
  threshold: string;
  amount: string;
  dailyCap: string;
  monthlyCap: string;
}): TypedRule | null {
  const threshold = readDollars(texts.threshold);
  const amount = readDollars(texts.amount);
  if (!threshold.ok || !amount.ok) return null;
  const usual = defaultCaps(amount.value);
  const dailyCap = readCap(texts.dailyCap, usual.daily);
  const monthlyCap = readCap(texts.monthlyCap, usual.monthly);
  if (dailyCap === null || monthlyCap === null) return null;
  return { mode: texts.mode, threshold: threshold.value, amount: amount.value, dailyCap, monthlyCap };
}

function readCap(text: string, usual: Nanos): Nanos | null {
  if (text.trim() === "") return usual;
  const read = readDollars(text);
  return read.ok ? read.value : null;
}
