import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { gigabytesText, sizeCost, sizeText } from "./size-text.ts";

test("sizes and bytes are said as people count them", () => {
  expect(sizeText({ cpu: 1792, memoryMb: 3584, instances: 2 })).toBe("2 × 1,792 CPU, 3,584 MB");
  expect(sizeText({ cpu: null, memoryMb: null, instances: 1 })).toBe("1");
  expect([2_500_000_000n, 10_000_000n, 1_000n, 1_234_000_000_000n].map(gigabytesText)).toEqual([
    "2.5 GB",
    "0.01 GB",
    "0 GB",
    "1,234 GB",
  ]);
});

test("the price beside a form is the published formula, and nothing for half a number", () => {
  const perDay = nanos(670_000_000n);
  // 2 × max(1, 1024 ÷ 1792, 3584 ÷ 1792) × 0.67
  expect(sizeCost(perDay, { cpu: 1024, memoryMb: 3584, instances: 2 })).toBe(2_680_000_000n);
  expect(sizeCost(perDay, { cpu: Number.NaN, memoryMb: 1, instances: 1 })).toBeNull();
});
