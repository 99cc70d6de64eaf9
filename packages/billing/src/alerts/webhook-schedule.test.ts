import fc from "fast-check";
import { expect, test } from "vitest";
import { failedTooLong, waitAfter } from "./webhook-schedule.ts";

test("eleven tries fit into about three days, each wait at least as long as the one before", () => {
  const waits = Array.from({ length: 11 }, (_, n) => waitAfter(n + 1, false));
  expect(waits.at(-1)).toBeNull();
  const given = waits.filter((wait) => wait !== null);
  expect(given).toEqual(given.toSorted((a, b) => a - b));
  // 30 + 120 + 600 + 1,800 + 3,600 + 10,800 + 21,600 + 43,200 + 86,400 + 86,400 seconds.
  expect(given.reduce((sum, wait) => sum + wait, 0)).toBe(254_550_000);
});

test("what must be acknowledged is tried for ever, at least once an hour", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (attempts) => {
      const wait = waitAfter(attempts, true);
      return wait !== null && wait > 0 && wait <= 3_600_000;
    }),
  );
});

test("an endpoint may fail for just under five days", () => {
  const since = new Date("2026-11-01T00:00:00Z");
  expect(failedTooLong(since, new Date("2026-11-05T23:59:59.999Z"))).toBe(false);
  expect(failedTooLong(since, new Date("2026-11-06T00:00:00Z"))).toBe(true);
});
