import { err, formatUsd, type Nanos, ok, parseUsd, type Result, withoutThousands } from "@ratebook/core";

/** Reads dollars somebody typed, with or without "$" and commas; nothing is rounded. The error is a sentence. */
export function readDollars(text: string): Result<Nanos, string> {
  const plain = withoutThousands(text.trim().replace(/^\$/, ""));
  if (plain === "") return err("Say how many dollars.");
  const amount = parseUsd(plain);
  return amount.ok ? ok(amount.value) : err(`The amount ${amount.error.message}.`);
}

/** Reads dollars to buy with: at least `min`, at most `max`. Whole cents are the server's to insist on. */
export function readPurchase(
  text: string,
  { min, max, show }: { min: Nanos; max: Nanos; show: (amount: Nanos) => string },
): Result<Nanos, string> {
  const amount = readDollars(text);
  if (!amount.ok || (amount.value >= min && amount.value <= max)) return amount;
  return err(`Between ${show(min)} and ${show(max)}.`);
}

/** An amount as it is typed into a field: "12.5". */
export const typedDollars = (amount: Nanos): string => formatUsd(amount);
