import { err, ok, type Result } from "../result.ts";
import { scaledToText, tryParseDecimal } from "./decimal.ts";
import { NANOS_PER_USD, type Nanos, nanos } from "./nanos.ts";

/** Why text is not an amount of dollars. */
export type UsdError = {
  kind: "invalid_amount";
  reason: "not_decimal" | "negative" | "too_many_places" | "too_large";
  message: string;
};

/** The greatest amount text may name, a billion dollars, so that sums stay inside PostgreSQL's bigint. */
export const MAX_USD_NANOS: Nanos = nanos(1_000_000_000n * NANOS_PER_USD);

/** An amount as exact dollar text in its shortest form: "0.000024", "-1.5", "20". */
export const formatUsd = (amount: Nanos): string => scaledToText(amount, PLACES);

/**
 * Reads plain decimal dollar text ("0.000024", "20", "20.50") as nanos, exactly.
 *
 * Refuses exponents, "NaN", white space, more than 9 decimal places, more than a billion dollars, and a minus
 * sign unless `negative: "allowed"` is given.
 */
export function parseUsd(
  text: string,
  options: { negative?: "allowed" | "refused" } = {},
): Result<Nanos, UsdError> {
  const parsed = tryParseDecimal(text);
  if (!parsed.ok) return invalid("not_decimal", 'must be plain decimal text such as "12.50"');
  const { num, den } = parsed.value;
  if (text.startsWith("-") && options.negative !== "allowed")
    return invalid("negative", "must not be negative");
  const scaled = num * NANOS_PER_USD;
  if (scaled % den !== 0n) return invalid("too_many_places", "must have at most 9 decimal places");
  const amount = scaled / den;
  if (amount > MAX_USD_NANOS || -amount > MAX_USD_NANOS) {
    return invalid("too_large", `must be at most ${formatUsd(MAX_USD_NANOS)}`);
  }
  return ok(nanos(amount));
}

/**
 * The JSON number for an amount, only for the wire fields the contract marks with `$`.
 *
 * It is read from the exact text of formatUsd, never computed, so a reader that parses it gets the amount to
 * the nano for anything below 2^23 dollars (8,388,608); above that a double is coarser than a nano and the
 * nearest one is given. Every other money field is formatUsd's text.
 */
export const usdJsonNumber = (amount: Nanos): number => Number(formatUsd(amount));

/** A quantity in billionths of its unit as exact decimal text in its shortest form: "1200", "0.001". */
export const formatQuantity = (billionths: bigint): string => scaledToText(billionths, PLACES);

const invalid = (reason: UsdError["reason"], message: string): { ok: false; error: UsdError } =>
  err({ kind: "invalid_amount", reason, message });

/** 1 USD = 10^9 nanos, and quantities have at most nine places. */
const PLACES = 9;
