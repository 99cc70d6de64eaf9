import { decimalTextFromScientific, err, ok, type Result } from "@ratebook/core";
import { JsonNumber, type JsonValue } from "./digits-json.ts";

/** Why a value is no price: `dynamic` is the −1 that some feeds print for "decided at run time". */
export type NotAPrice = "zero" | "dynamic" | "negative" | "not_a_number" | "out_of_range";

/**
 * Reads a price exactly from a JSON number or from text that holds one.
 *
 * Digits beyond the 15 a double carries are the noise of a float somebody printed
 * ("0.0000006000000000000001") and are rounded away, half-even; nothing else is. At most 18 decimal places.
 *
 * @param tenfold moves the decimal point right: 6 turns USD per pixel into USD per megapixel
 */
export function readPrice(value: JsonValue | undefined, tenfold = 0): Result<string, NotAPrice> {
  const text = value instanceof JsonNumber ? value.source : typeof value === "string" ? value.trim() : null;
  const parts = text === null ? null : NUMBER.exec(text);
  if (text === null || parts === null) return err("not_a_number");
  const [, sign = "", whole = "", part = "", exponent = "0"] = parts;
  if (sign !== "" && /[1-9]/.test(whole + part))
    return err(/^-1(\.0+)?$/.test(text) ? "dynamic" : "negative");
  const digits = (whole + part).replace(/^0+/, "");
  if (digits === "") return err("zero");

  const power = Number(exponent) + tenfold;
  const leading = digits.length - part.length + power;
  // 12 digits before the point is what a price document can hold, 18 after it.
  if (leading > 12 || leading < -17) return err("out_of_range");
  const plain = decimalTextFromScientific(`${whole}.${part || "0"}e${power}`, Math.min(18, 15 - leading));
  return plain.ok && plain.value !== "0" ? ok(plain.value) : err("out_of_range");
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
