import { expect, test } from "vitest";
import { readAllPages } from "./read-all-pages.ts";

/** Seven rows, two a page. */
const read = async (cursor: number | null) => {
  const from = cursor ?? 1;
  return { items: [from, from + 1].filter((row) => row <= 7), nextCursor: from + 2 <= 7 ? from + 2 : null };
};

test("a list is read to its end", async () => {
  expect(await readAllPages(read, 100)).toEqual({ rows: [1, 2, 3, 4, 5, 6, 7], isComplete: true });
  expect(await readAllPages(async () => ({ items: [], nextCursor: null }), 1)).toEqual({
    rows: [],
    isComplete: true,
  });
});

test("a list that is cut at the bound says so, and one that ends there does not", async () => {
  expect(await readAllPages(read, 4)).toEqual({ rows: [1, 2, 3, 4], isComplete: false });
  expect(await readAllPages(read, 7)).toMatchObject({ isComplete: true });
});
