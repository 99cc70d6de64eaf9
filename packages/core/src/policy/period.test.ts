import { expect, test } from "vitest";
import { periodStart } from "./period.ts";

test.each([
  ["month", "2026-01-31T10:00:00Z", 0, "2026-01-31T10:00:00Z"],
  ["month", "2026-01-31T10:00:00Z", 1, "2026-02-28T10:00:00Z"],
  ["month", "2026-01-31T10:00:00Z", 2, "2026-03-31T10:00:00Z"],
  ["month", "2027-12-15T00:00:00Z", 2, "2028-02-15T00:00:00Z"],
  ["week", "2026-11-22T00:00:00Z", 2, "2026-12-06T00:00:00Z"],
  ["day", "2026-11-22T00:00:00Z", 40, "2027-01-01T00:00:00Z"],
] as const)("%s from %s, number %d starts at %s", (period, anchor, n, start) => {
  expect(periodStart(new Date(anchor), period, n)).toEqual(new Date(start));
});
