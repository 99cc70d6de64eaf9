import { expect, test } from "vitest";
import { isInForce } from "./effective.ts";

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));

test("a rate with dates holds from the first to just before the last", () => {
  const rate = { validFrom: day(4), validUntil: day(6) };
  expect([3, 4, 5, 6].map((n) => isInForce(rate, day(n)))).toEqual([false, true, true, false]);
});

test("a rate without a date has no end on that side", () => {
  const at = [3, 4, 6].map(day);
  expect(at.map((it) => isInForce({ validFrom: null, validUntil: null }, it))).toEqual([true, true, true]);
  expect(at.map((it) => isInForce({ validFrom: day(4), validUntil: null }, it))).toEqual([false, true, true]);
  expect(at.map((it) => isInForce({ validFrom: null, validUntil: day(4) }, it))).toEqual([
    true,
    false,
    false,
  ]);
});
