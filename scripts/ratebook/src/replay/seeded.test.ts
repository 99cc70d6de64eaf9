import { expect, test } from "vitest";
import { seeded } from "./seeded.ts";

const draws = (seed: number) => {
  const random = seeded(seed);
  return Array.from({ length: 200 }, () => random.below(10));
};

test("a seed chooses the same again, another seed otherwise", () => {
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
  expect(new Set(draws(1)).size).toBe(10);
});

test("some items come in their own order, each at most once", () => {
  const random = seeded(7);
  const items = ["a", "b", "c", "d", "e"];
  for (let round = 0; round < 50; round += 1) {
    const chosen = random.some(items, 3);
    expect(chosen.length).toBe(3);
    expect(chosen).toEqual(items.filter((item) => chosen.includes(item)));
  }
  expect(random.some(items, 9)).toEqual(items);
  expect(() => random.pick([])).toThrow("nothing to pick");
});
