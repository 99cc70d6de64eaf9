import { expect, test } from "vitest";
import { dayAfter, dayOf } from "./english-date.ts";

test.each([
  ["September 1, 2026", "2026-09-01T00:00:00Z"],
  ["Sep 1, 2026", "2026-09-01T00:00:00Z"],
  ["May 31, 2027", "2027-05-31T00:00:00Z"],
  ["February 30, 2026", null],
  ["Septober 1, 2026", null],
  ["1 September 2026", null],
  ["", null],
])("%j is %j", (text, day) => {
  expect(dayOf(text)).toBe(day);
});

test("a price through a day ends where the next day begins, over months and years", () => {
  expect(dayAfter("August 31, 2026")).toBe("2026-09-01T00:00:00Z");
  expect(dayAfter("December 31, 2026")).toBe("2027-01-01T00:00:00Z");
  expect(dayAfter("February 28, 2028")).toBe("2028-02-29T00:00:00Z");
  expect(dayAfter("soon")).toBeNull();
});
