import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { differencePercent } from "./difference-percent.ts";
import { shadowCsv } from "./shadow-csv.ts";

test.each([
  [4n, 30n, "+13.3 %"],
  [-1n, 2n, "−50.0 %"],
  [0n, 2n, "0.0 %"],
  [1n, 0n, "–"],
])("a difference of %s of %s is %s", (difference, taken, text) => {
  expect(differencePercent(nanos(difference), nanos(taken))).toBe(text);
});

test("the CSV has a line a model and ends with the total of all", () => {
  const sums = {
    events: 3,
    amount: nanos(3_000_000_000n),
    platformAmount: nanos(4_500_000_000n),
    compared: 2,
    comparedAmount: nanos(3_000_000_000n),
    comparedPlatformAmount: nanos(3_500_000_000n),
    difference: nanos(-500_000_000n),
    unrated: { unknown_offering: 1 },
  };
  const day = new Date("2026-11-22T00:00:00Z");
  const csv = shadowCsv({ from: day, to: day, rows: [{ offering: "acme/one", ...sums }], total: sums });
  expect(csv.split("\r\n")).toEqual([
    "model,events,ratebook_usd,platform_usd,events_compared,ratebook_compared_usd,platform_compared_usd,difference_usd,unrated",
    "acme/one,3,3,4.5,2,3,3.5,-0.5,unknown_offering 1",
    "total,3,3,4.5,2,3,3.5,-0.5,unknown_offering 1",
    "",
  ]);
});
