import { scaledToText, tryParseDecimal } from "../money/decimal.ts";
import type { Fraction } from "../money/fraction.ts";
import { ok, type Result } from "../result.ts";
import { METERS, type Meter, type MeterUnit } from "./meters.ts";
import { type UsageError, usageError } from "./usage-error.ts";

declare const unit: unique symbol;

/** An amount of one meter in billionths of its unit: 1 token is 1_000_000_000n. Never negative. */
export type Quantity = bigint & { readonly [unit]: "quantity" };

/** How operator-defined `x_…` meters are counted; undefined for a meter no price document defines. */
export type MeterUnits = (meter: Meter) => Pick<MeterUnit, "integer"> | undefined;

/** Billionths in one unit: quantities have at most nine decimal places. */
export const QUANTITY_SCALE = 1_000_000_000n;

/** Names a bigint that is already in billionths of a unit as a quantity. */
export const quantity = (billionths: bigint): Quantity => billionths as Quantity;

/** A whole number of units as a quantity. */
export const wholeQuantity = (units: bigint): Quantity => quantity(units * QUANTITY_SCALE);

/** A quantity as an exact fraction of units, for rating. */
export const quantityFraction = (amount: Quantity): Fraction => ({ num: amount, den: QUANTITY_SCALE });

/** How a meter is counted: a built-in one by its table, an `x_…` one by the lookup; undefined when unknown. */
export function meterUnit(meter: Meter, meterUnits?: MeterUnits): Pick<MeterUnit, "integer"> | undefined {
  return BUILT_IN.get(meter) ?? meterUnits?.(meter);
}

/**
 * Reads a reported quantity of a meter exactly.
 *
 * A number is read through the text it prints as, so 0.1 is a tenth and nothing is computed in floating point.
 * Refuses, naming `field`: what is not a plain decimal, negative, NaN or infinite numbers, more than nine
 * places, a fraction of a whole unit, more than a trillion units, and a meter nobody defined.
 */
export function parseQuantity(
  value: string | number,
  meter: Meter,
  meterUnits?: MeterUnits,
  field: string = `quantities.${meter}`,
): Result<Quantity, UsageError> {
  const counted = meterUnit(meter, meterUnits);
  if (counted === undefined) return usageError(field, "is not a meter that any price document defines");
  const text = typeof value === "number" ? textOf(value, field) : ok(value);
  if (!text.ok) return text;
  const parsed = tryParseDecimal(text.value);
  if (!parsed.ok) return usageError(field, 'must be a plain decimal such as "1200" or "0.5"');
  const { num, den } = parsed.value;
  if (text.value.startsWith("-")) return usageError(field, "must not be negative");
  if (counted.integer && num % den !== 0n) return usageError(field, "must be a whole number");
  const scaled = num * QUANTITY_SCALE;
  if (scaled % den !== 0n) return usageError(field, "must have at most 9 decimal places");
  if (scaled / den > LARGEST) return usageError(field, "must be at most 1000000000000");
  return ok(quantity(scaled / den));
}

/** Plain decimal text of a number in the range of quantities. */
function textOf(value: number, field: string): Result<string, UsageError> {
  if (!Number.isFinite(value)) return usageError(field, "must be a finite number");
  if (value < 0) return usageError(field, "must not be negative");
  if (value > 1e12) return usageError(field, "must be at most 1000000000000");
  if (value !== 0 && value < 1e-9) return usageError(field, "must have at most 9 decimal places");
  // Below a millionth a number prints with an exponent: "1.5e-7".
  const [digits = "", exponent] = String(value).split("e-");
  if (exponent === undefined) return ok(digits);
  const [whole = "", part = ""] = digits.split(".");
  return ok(scaledToText(BigInt(whole + part), Number(exponent) + part.length));
}

const BUILT_IN: ReadonlyMap<string, MeterUnit> = new Map(Object.entries(METERS));

/** A trillion units: a thousand times the largest context ever sold, times a million requests. */
const LARGEST = 10n ** 12n * QUANTITY_SCALE;
