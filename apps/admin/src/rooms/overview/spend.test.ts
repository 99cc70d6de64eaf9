import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { greatestOf, lastDays, share, spendStart, spentSince, utcMonth } from "./spend.ts";

const now = new Date("2026-03-02T00:30:00Z");
const rows = [
  { key: "2026-02-28", amount: nanos(5n), events: 2, bills: 0, parked: 0 },
  { key: "2026-03-01", amount: nanos(7n), events: 3, bills: 1, parked: 1 },
  { key: "2026-03-02", amount: nanos(11n), events: 4, bills: 0, parked: 2 },
  { key: null, amount: nanos(100n), events: 1, bills: 0, parked: 0 },
];

test("days without usage are there with nothing, today last", () => {
  expect(lastDays(rows, now, 4)).toEqual([
    { day: "2026-02-27", amount: 0n, requests: 0, bills: 0, parked: 0 },
    { day: "2026-02-28", amount: 5n, requests: 2, bills: 0, parked: 0 },
    { day: "2026-03-01", amount: 7n, requests: 3, bills: 1, parked: 1 },
    { day: "2026-03-02", amount: 11n, requests: 4, bills: 0, parked: 2 },
  ]);
});

test("the month's sum starts with its first UTC day", () => {
  expect(spentSince(rows, utcMonth(now))).toEqual({ amount: 18n, requests: 7, bills: 1, parked: 3 });
});

test("what is read covers both the month and 30 days", () => {
  expect(spendStart(now)).toEqual(new Date("2026-02-01T00:00:00Z"));
  expect(spendStart(new Date("2026-03-31T12:00:00Z"))).toEqual(new Date("2026-03-01T00:00:00Z"));
});

test("a bar's share is of the greatest, and of nothing it is nothing", () => {
  expect(greatestOf([3n, 12n, 4n])).toBe(12n);
  expect(share(3n, 12n)).toBe(250);
  expect(share(0n, 0n)).toBe(0);
});
