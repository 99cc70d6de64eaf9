import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextChangeAfter, type RateInterval, ratesAt } from "./effective.ts";
import { rateFrom } from "./testing/rates.ts";

const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n));
const dayOrNull = (n: number | null) => (n === null ? null : day(n));

function interval(
  activeFrom: number,
  activeUntil: number | null,
  valid: [from: number | null, until: number | null] = [null, null],
): RateInterval {
  const dates = { validFrom: dayOrNull(valid[0]), validUntil: dayOrNull(valid[1]) };
  const rate = rateFrom("acme/m", ["image", "1", 1, {}, dates], 0);
  return { rate, activeFrom: day(activeFrom), activeUntil: dayOrNull(activeUntil) };
}

describe("rates in force", () => {
  test("an interval holds its beginning and not its end", () => {
    const all = [interval(2, 5)];
    expect([1, 2, 4, 5].map((n) => ratesAt(all, day(n)).length)).toEqual([0, 1, 1, 0]);
  });

  test("a validity before activation never reaches back", () => {
    expect(ratesAt([interval(5, null, [1, null])], day(3))).toEqual([]);
  });

  test("a rate of a later date waits for it", () => {
    const all = [interval(1, null, [4, 6])];
    expect([3, 4, 5, 6].map((n) => ratesAt(all, day(n)).length)).toEqual([0, 1, 1, 0]);
  });
});

test("until the next change the rates in force stay the same, and it is the first such instant", () => {
  const n = fc.integer({ min: 0, max: 12 });
  const maybe = fc.option(n);
  const intervals = fc.array(fc.tuple(n, maybe, maybe, maybe).map(([a, b, c, d]) => interval(a, b, [c, d])));
  const idsAt = (all: RateInterval[], at: Date) =>
    ratesAt(all, at).map((rate) => all.findIndex((i) => i.rate === rate));
  fc.assert(
    fc.property(intervals, n, (all, start) => {
      const next = nextChangeAfter(all, day(start));
      // What is kept until an instant that has come would be compiled again for every event.
      expect(next === null || next > day(start)).toBe(true);
      for (let later = start; later <= 14; later++) {
        if (next !== null && day(later) >= next) break;
        expect(idsAt(all, day(later))).toEqual(idsAt(all, day(start)));
      }
    }),
  );
});
