import fc from "fast-check";
import { expect, test } from "vitest";
import { NANOS_PER_USD, nanos } from "../money/nanos.ts";
import { DAY_MS } from "./resource-day.ts";
import { dailyBurn, runwayDays, runwayHours, runwayMs } from "./runway.ts";

const usd = (cents: number) => nanos((BigInt(cents) * NANOS_PER_USD) / 100n);
const none = nanos(0n);

test("runway is what is left, less what ran unbilled, by what a day costs", () => {
  // (2.00 − 0.33 − 0.33) ÷ 0.67 = 2 days
  const ms = runwayMs({ available: usd(200), debt: usd(33), accrued: usd(33), daily: usd(67) });
  expect(ms).toBe(2n * BigInt(DAY_MS));
  expect(runwayDays(ms)).toBe(2);
  expect(runwayMs({ available: usd(1), debt: none, accrued: none, daily: none })).toBeNull();
  expect(runwayDays(runwayMs({ available: none, debt: none, accrued: nanos(1n), daily: usd(67) }))).toBe(0);
});

test("a day's burn is the average of the days that count, or with today's share where that is more", () => {
  const burn = (past: number, pastDays: number, today: number) =>
    dailyBurn({ past: usd(past), pastDays, today: usd(today) });
  // 70.00 in 7 days = 10.00 a day; with 3.00 of an unfinished day still 10.00.
  expect(burn(7000, 7, 300)).toBe(usd(1000));
  // 70.00 in 2 days.
  expect(burn(7000, 2, 300)).toBe(usd(3500));
  // (70.00 + 90.00) ÷ 8 = 20.00
  expect(burn(7000, 7, 9000)).toBe(usd(2000));
  expect(burn(0, 0, 1200)).toBe(usd(1200));
  expect(burn(0, 0, 0)).toBe(0n);
});

test("midnight alone at most halves a burn, however today compares with the days before", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(nanos);
  fc.assert(
    fc.property(amount, amount, fc.integer({ min: 1, max: 6 }), (past, today, pastDays) => {
      const before = dailyBurn({ past, pastDays, today });
      const after = dailyBurn({ past: nanos(past + today), pastDays: pastDays + 1, today: none });
      // Each is rounded down to a nano.
      expect(after * 2n + 1n >= before).toBe(true);
    }),
  );
});

test("hours are rounded down, none are left of what is gone, and null stays for ever", () => {
  // 25.00 at 10.00 a day = 2.5 days
  const ms = runwayMs({ available: usd(2500), debt: none, accrued: none, daily: usd(1000) });
  expect(runwayHours(ms)).toBe(60n);
  expect(runwayHours(-1n)).toBe(0n);
  expect(runwayHours(null)).toBeNull();
});

test("more credits never shorten it, a dearer day never lengthens it", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(nanos);
  const daily = fc.bigInt({ min: 1n, max: 10n ** 13n }).map(nanos);
  fc.assert(
    fc.property(amount, amount, amount, daily, (available, debt, accrued, cost) => {
      const ms = runwayMs({ available, debt, accrued, daily: cost }) ?? 0n;
      const more = runwayMs({ available: nanos(available + 1n), debt, accrued, daily: cost }) ?? 0n;
      const dearer = runwayMs({ available, debt, accrued, daily: nanos(cost + 1n) }) ?? 0n;
      expect(more >= ms).toBe(true);
      if (ms > 0n) expect(dearer <= ms).toBe(true);
      expect(ms > 0n && available - debt - accrued <= 0n).toBe(false);
    }),
  );
});
