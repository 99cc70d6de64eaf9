import { expect, test } from "vitest";
import { endOfDay, readAmount } from "./grant-input.ts";

test("amounts are read exactly, as people type them", () => {
  expect(readAmount(" $1,250.50 ")).toEqual({ ok: true, value: 1_250_500_000_000n });
  expect(readAmount("0.000000001")).toEqual({ ok: true, value: 1n });
});

test.each(["", "0", "-5", "1e3", "NaN", "0.0000000001", "ten", "1,5", "0,125", "9999999999999"])(
  "%j is refused with a sentence",
  (text) => {
    const read = readAmount(text);
    expect(read.ok).toBe(false);
    expect(read.ok ? "" : read.error).toMatch(/^[A-Z].*\.$/);
  },
);

test("the last day counts whole: credits end when the next one starts, UTC", () => {
  expect(endOfDay("2026-12-31")).toEqual({ ok: true, value: new Date("2027-01-01T00:00:00Z") });
  expect(endOfDay("2026-13-01").ok).toBe(false);
  expect(endOfDay("2026-02-30").ok).toBe(false);
  expect(endOfDay("tomorrow").ok).toBe(false);
});
