import fc from "fast-check";
import { expect, test } from "vitest";
import { NANOS_PER_USD, nanos } from "../money/nanos.ts";
import { DAY_MS } from "./resource-day.ts";
import { runwayDays, runwayMs } from "./runway.ts";

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
