import { expect, test } from "vitest";
import { readAmount, readCount, readDay } from "./read-cell.ts";

test.each([
  ["0", 0n],
  ["1200", 1200n],
  ["1,200", 1200n],
  ["12,345,678", 12_345_678n],
  ["3.0", 3n],
  ["1,200.00", 1200n],
  ["1000000.0000000000", 1_000_000n],
])("the count %j is %s", (text, count) => {
  expect(readCount(text)).toBe(count);
});

test.each([
  "1,5",
  "12,34",
  "1,2345",
  "0,125",
  "1,,000",
  "1234,567",
  ",100",
  "1,000,",
  "1.000",
  "1.5",
  "1.200,00",
  "1 200",
  "1e3",
  "-1",
  "+1",
  "many",
  "",
])("%j is no count", (text) => {
  expect(readCount(text)).toBeNull();
});

test.each(["1,5", "0,125", "12,34", "1.234,50", "1,2345", "$", "5 USD", "(5.00)", "NaN", "0x10", ""])(
  "%j is no amount",
  (text) => {
    expect(readAmount(text, "usd")).toBeNull();
  },
);

test("the day of an instant is its day in UTC, and what is no instant has none", () => {
  expect(readDay("2026-11-22T23:30:00-05:00")).toBe("2026-11-23");
  expect(readDay("2026-11-22 09:00:00 UTC")).toBe("2026-11-22");
  expect(readDay("1795305600")).toBe("2026-11-22");
  for (const wrong of ["2026-02-30", "2026-11-22T99:99", "2026-11-22 or so", "1999-12-31", "0000000001"])
    expect(readDay(wrong)).toBeNull();
});
