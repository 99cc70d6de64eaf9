import { NANOS_PER_USD, nanos, ok } from "@ratebook/core";
import { expect, test } from "vitest";
import { moneyText } from "../../money/money-text.ts";
import { readDollars, readPurchase } from "./read-dollars.ts";

const limits = { min: nanos(NANOS_PER_USD), max: nanos(1_000n * NANOS_PER_USD), show: moneyText };

test.each([
  ["12.50", 12_500_000_000n],
  [" $1,000 ", 1_000_000_000_000n],
  ["0", 0n],
])("%j is read exactly", (text, amount) => {
  expect(readDollars(text)).toEqual(ok(nanos(amount)));
});

test.each(["", "ten", "-5", "1e3", "1,5", "0,125"])("%j is no amount", (text) => {
  expect(readDollars(text).ok).toBe(false);
});

test("an amount outside the limits is told the limits; the limits themselves are fine", () => {
  expect(readPurchase("0.99", limits)).toEqual({ ok: false, error: "Between $1.00 and $1,000.00." });
  expect(readPurchase("1000.01", limits).ok).toBe(false);
  expect(readPurchase("1", limits).ok).toBe(true);
  expect(readPurchase("1000", limits).ok).toBe(true);
});
