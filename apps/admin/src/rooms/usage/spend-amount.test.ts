import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { isUnpriced } from "./spend-amount.tsx";

test("an amount is unknown only where nothing has a price: free usage costs zero, and a part that waits leaves the rest", () => {
  const sums = (amount: bigint, parked: number, requests: number, bills = 0) => ({
    amount: nanos(amount),
    parked,
    requests,
    bills,
  });
  expect(isUnpriced(sums(0n, 3, 3))).toBe(true);
  expect(isUnpriced(sums(0n, 1, 0, 1))).toBe(true);
  expect(isUnpriced(sums(0n, 0, 3))).toBe(false);
  expect(isUnpriced(sums(0n, 1, 3))).toBe(false);
  expect(isUnpriced(sums(5n, 3, 3))).toBe(false);
});
