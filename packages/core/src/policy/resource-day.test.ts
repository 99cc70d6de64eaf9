import fc from "fast-check";
import { expect, test } from "vitest";
import { sizeWeight, UNSIZED_WEIGHT } from "./container-size.ts";
import { DAY_MS, type ResourceRun, resourceDay } from "./resource-day.ts";

const day = new Date("2026-11-22T00:00:00Z");
const at = (hours: number): Date => new Date(day.getTime() + hours * 3_600_000);
const run = (from: number, to: number | null, weight = UNSIZED_WEIGHT): ResourceRun => ({
  from: at(from),
  to: to === null ? null : at(to),
  weight,
});
const quantities = (...args: Parameters<typeof resourceDay>) =>
  resourceDay(...args).pieces.map((it) => it.quantity);

test("a whole day of the flat size is exactly 1, however often the price changed", () => {
  expect(quantities(day, [run(-30, null)], [])).toEqual([1_000_000_000n]);
  // 7 h, 6 h and 11 h: 0.291666667 + 0.25 + 0.458333333
  expect(quantities(day, [run(-30, null)], [at(7), at(13)])).toEqual([
    291_666_667n,
    250_000_000n,
    458_333_333n,
  ]);
});

test("time is billed by the second, and a day of less than an hour as an hour", () => {
  expect(quantities(day, [run(6, 18)], [])).toEqual([500_000_000n]);
  const short = resourceDay(day, [run(23.75, null)], []);
  // 1 h of 24: 0.041666667
  expect(short).toMatchObject({ ranMs: 900_000, billedMs: 3_600_000 });
  expect(short.pieces).toEqual([{ at: at(23.75), quantity: 41_666_667n }]);
});

test("stretches of different sizes at one price are one line, each at its own size", () => {
  const twice = sizeWeight({ cpu: 3584, memoryMb: 512, instances: 1 });
  // 12 h at 1 and 6 h at 2: 0.5 + 0.5
  expect(quantities(day, [run(0, 12), run(12, 18, twice)], [])).toEqual([1_000_000_000n]);
});

test("a day on which nothing ran has no pieces", () => {
  expect(resourceDay(day, [run(-5, 0), run(24, 30)], [at(3)])).toMatchObject({ pieces: [], lastAt: null });
});

test.each([
  [{ cpu: 256, memoryMb: 512, instances: 1 }, 1792n],
  [{ cpu: 1792, memoryMb: 1792, instances: 3 }, 5376n],
  [{ cpu: 1793, memoryMb: 100, instances: 1 }, 1793n],
  [{ cpu: 1024, memoryMb: 4096, instances: 2 }, 8192n],
])("%j weighs %i of 1792", (size, weight) => {
  expect(sizeWeight(size)).toBe(weight);
});

test("days add up: cut anywhere, the sum is within a billionth a day of the whole time", () => {
  const cut = fc.record({
    hours: fc.array(fc.integer({ min: 1, max: 30 * 3_600 }), { minLength: 1, maxLength: 20 }),
    moments: fc.array(fc.integer({ min: 1, max: 86_399 }), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(cut, ({ hours, moments }) => {
      const runs: ResourceRun[] = [];
      let [cursor, exact] = [day.getTime(), 0n];
      for (const [index, seconds] of hours.entries()) {
        const weight = BigInt(1792 + index * 100);
        const to = cursor + seconds * 1000;
        runs.push({ from: new Date(cursor), to: new Date(to), weight });
        exact += weight * BigInt(seconds * 1000);
        cursor = to;
      }
      const lastDay = Math.floor((cursor - 1 - day.getTime()) / DAY_MS);
      let [total, days] = [0n, 0];
      for (let n = 0; n <= lastDay; n += 1) {
        const start = new Date(day.getTime() + n * DAY_MS);
        const edges = [...moments].sort((a, b) => a - b).map((s) => new Date(start.getTime() + s * 1000));
        const used = resourceDay(start, runs, edges);
        if (used.billedMs === used.ranMs) {
          total += used.pieces.reduce((sum, it) => sum + it.quantity, 0n);
        } else {
          // Only the last day can be shorter than an hour here.
          const last = runs.at(-1)?.weight ?? 0n;
          exact += last * BigInt(used.billedMs - used.ranMs);
          total += used.pieces.reduce((sum, it) => sum + it.quantity, 0n);
        }
        days += 1;
      }
      const whole = (exact * 1_000_000_000n) / (1792n * BigInt(DAY_MS));
      const difference = total > whole ? total - whole : whole - total;
      expect(difference <= BigInt(days)).toBe(true);
    }),
  );
});
