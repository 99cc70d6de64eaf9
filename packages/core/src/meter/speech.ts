import { roundHalfEven } from "../money/rounding.ts";
import { ok, type Result } from "../result.ts";
import { QUANTITY_SCALE, type Quantity, quantity, wholeQuantity } from "./quantity.ts";
import { type UsageError, usageError } from "./usage-error.ts";

/**
 * Characters of text to speech: Unicode code points, so an emoji outside the basic plane is one character and a
 * letter with a combining accent is two.
 */
export function ttsCharacters(text: string): Quantity {
  let points = 0n;
  for (const _ of text) points += 1n;
  return wholeQuantity(points);
}

/** Billed seconds of speech to text: the decoded length to the millisecond (half-even), and at least one second. */
export function sttSeconds(decoded: Quantity): Quantity {
  const rounded = roundHalfEven({ num: decoded, den: MILLISECOND }) * MILLISECOND;
  return quantity(rounded < QUANTITY_SCALE ? QUANTITY_SCALE : rounded);
}

/**
 * Tokens of a generated video for models that price it by tokens: height × width × seconds × 24 / 1024, rounded
 * half-even to a whole token. The formula is fal's for seedance: 24 frames a second, 1024 pixels a token.
 *
 * Errors name `height`, `width` or `seconds`: sides are whole pixels from 1 to 16384, seconds are above 0.
 */
export function videoTokens(height: number, width: number, seconds: Quantity): Result<Quantity, UsageError> {
  if (!isSide(height)) return usageError("height", "must be a whole number of pixels from 1 to 16384");
  if (!isSide(width)) return usageError("width", "must be a whole number of pixels from 1 to 16384");
  if (seconds <= 0n) return usageError("seconds", "must be above 0");
  const num = BigInt(height) * BigInt(width) * seconds * 24n;
  return ok(wholeQuantity(roundHalfEven({ num, den: 1024n * QUANTITY_SCALE })));
}

const isSide = (pixels: number): boolean => Number.isInteger(pixels) && pixels >= 1 && pixels <= 16_384;

const MILLISECOND = QUANTITY_SCALE / 1000n;
