import { err, ok, type Result } from "../result.ts";
import type { Fraction } from "./fraction.ts";
import { roundHalfEven } from "./rounding.ts";

/** Text that is not the number it should be. */
export type NotDecimal = { kind: "not_decimal"; text: string };

/**
 * Reads plain decimal text ("0.15", "-3", "007.50") exactly.
 *
 * For text that was validated before; throws RangeError on anything else: exponents, "NaN", signs other than
 * a leading minus, white space, more than 64 characters.
 */
export function parseDecimal(text: string): Fraction {
  const parsed = tryParseDecimal(text);
  if (!parsed.ok) throw new RangeError(`not plain decimal text: ${JSON.stringify(parsed.error.text)}`);
  return parsed.value;
}

/** Reads plain decimal text exactly; `not_decimal` (the text cut to 64 characters) on anything else. */
export function tryParseDecimal(text: string): Result<Fraction, NotDecimal> {
  if (text.length > LONGEST_TEXT || !/^-?\d+(\.\d+)?$/.test(text)) return notDecimal(text);
  const point = text.indexOf(".");
  if (point < 0) return ok({ num: BigInt(text), den: 1n });
  const places = text.length - point - 1;
  return ok({ num: BigInt(text.slice(0, point) + text.slice(point + 1)), den: 10n ** BigInt(places) });
}

/**
 * Writes a fraction as decimal text without trailing zeros, exactly.
 *
 * Throws RangeError when the number needs more than `places` decimal places: a price is never rounded on its
 * way to text.
 */
export function toDecimalText(f: Fraction, places: number): string {
  const scaled = f.num * 10n ** BigInt(places);
  if (scaled % f.den !== 0n) throw new RangeError(`${f.num}/${f.den} has no exact text of ${places} places`);
  return scaledToText(scaled / f.den, places);
}

/**
 * Turns number text as a JSON document or a float prints it ("1.5e-07", "6.000000000000001e-7", "2E+3") into
 * plain decimal text, rounded half-even to at most `places` places. No float is involved.
 *
 * A value too small for `places` becomes "0", which no guard takes for a price. `not_decimal` for text that is
 * no JSON number, or whose exponent is beyond ±400.
 */
export function decimalTextFromScientific(text: string, places: number): Result<string, NotDecimal> {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null || text.length > LONGEST_TEXT) return notDecimal(text);
  const [, sign = "", whole = "", part = "", exponentText = "0"] = match;
  const exponent = BigInt(exponentText) - BigInt(part.length);
  if (exponent > 400n || exponent < -400n) return notDecimal(text);
  const digits = BigInt(sign + whole + part);
  const shift = exponent + BigInt(places);
  const scaled = shift >= 0n ? digits * 10n ** shift : roundHalfEven({ num: digits, den: 10n ** -shift });
  return ok(scaledToText(scaled, places));
}

/**
 * Number text without the commas that set off its thousands: "1,250.50". Text with any other comma ("1,5", "0,125",
 * "12,34,567") is left as it is, because elsewhere a comma is the decimal point; no reader takes it for a number.
 */
export const withoutThousands = (text: string): string =>
  /^-?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?$/.test(text) ? text.replaceAll(",", "") : text;

/** Decimal text of `scaled / 10^places`, without trailing zeros, an empty fraction or a minus before zero. */
export function scaledToText(scaled: bigint, places: number): string {
  const sign = scaled < 0n ? "-" : "";
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const part = digits.slice(digits.length - places).replace(/0+$/, "");
  return part === "" ? sign + whole : `${sign}${whole}.${part}`;
}

const notDecimal = (text: string): { ok: false; error: NotDecimal } =>
  err({ kind: "not_decimal", text: text.slice(0, LONGEST_TEXT) });

/** Longer than any price or quantity; bounds the work hostile text can cause. */
const LONGEST_TEXT = 64;
