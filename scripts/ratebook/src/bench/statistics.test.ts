import { describe, expect, test } from "vitest";
import { alternate, median, medianRatio, percentile } from "./statistics.ts";

describe("median", () => {
  test("is the middle value, whatever the order", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  test("of an even count is the mean of the two in the middle", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test("of nothing is not a number", () => {
    expect(median([])).toBeNaN();
  });

  test("leaves the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  test("is a value that was measured, by the nearest rank", () => {
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.01)).toBe(7);
  });
});

describe("alternate", () => {
  test("lets each side go first in turn and keeps the rounds together", async () => {
    const order: string[] = [];
    const measure = (side: string) => async (round: number) => {
      order.push(`${side} ${round}`);
      return round;
    };
    const pairs = await alternate(3, { ours: measure("ours"), other: measure("other") });
    expect(order).toEqual(["ours 0", "other 0", "other 1", "ours 1", "ours 2", "other 2"]);
    expect(pairs).toEqual([0, 1, 2].map((round) => ({ ours: round, other: round })));
  });
});

test("the median ratio compares within rounds, so a slow round of both sides does not count", () => {
  const pairs = [
    { ours: 100, other: 10 },
    // The machine was ten times slower in this round.
    { ours: 10, other: 1 },
    { ours: 120, other: 10 },
  ];
  expect(medianRatio(pairs)).toBe(10);
});
