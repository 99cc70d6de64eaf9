import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { MOST_ROWS, othersOf } from "./others-of.ts";

const sums = (amount: bigint, cost: bigint) => ({
  amount: nanos(amount),
  costs: { cost: nanos(cost), margin: nanos(amount - cost) },
});

test("what is not shown is one row, so that the column adds up to the total", () => {
  const rows = Array.from({ length: MOST_ROWS }, () => ({ sums: sums(10n, 8n) }));
  // 25 × 10 of 300, 25 × 8 of 220
  expect(othersOf(rows, sums(300n, 220n))).toMatchObject([
    { label: "All others", sums: { amount: 50n, costs: { cost: 20n, margin: 30n } } },
  ]);
  expect(othersOf(rows.slice(1), sums(240n, 192n))).toEqual([]);
  expect(othersOf(rows, { amount: nanos(250n), costs: null })).toMatchObject([
    { sums: { amount: 0n, costs: null } },
  ]);
});
