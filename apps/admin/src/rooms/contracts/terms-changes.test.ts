import { ContractTerms } from "@ratebook/core";
import { expect, test } from "vitest";
import { differences, termsChanges } from "./terms-changes.ts";
import { exampleMonth, tierWords } from "./tier-words.ts";

const spend = (...tiers: [string, number][]) => ({
  by: "spend" as const,
  match: {},
  tiers: tiers.map(([above, discountBps]) => ({ above, discountBps })),
});

test("tiers are said as stretches of the month", () => {
  expect(tierWords(spend(["1000", 500], ["5000", 1050]))).toEqual([
    "The first $1,000 of a month: no discount.",
    "The next $4,000: 5 % off.",
    "All above $5,000: 10.5 % off.",
  ]);
  expect(tierWords(spend(["0", 500], ["99.5", 1000]))).toEqual([
    "The first $99.50 of a month: 5 % off.",
    "All above $99.50: 10 % off.",
  ]);
  expect(tierWords(spend(["0", 250]))).toEqual(["Everything: 2.5 % off."]);
  expect(
    tierWords({
      ...spend(["1000000", 0], ["2000000.5", 100]),
      by: "units",
      match: { meter: "input_tokens" },
    }),
  ).toEqual([
    "The first 1,000,000 input tokens of a month: no discount.",
    "The next 1,000,000.5 input tokens: no discount.",
    "All above 2,000,000.5 input tokens: 1 % off.",
  ]);
});

test("the example month is what the month's close would compute", () => {
  // $4,000 × 5 % + $5,000 × 10 %.
  expect(exampleMonth(spend(["1000", 500], ["5000", 1000]))).toEqual({
    gross: 10_000_000_000_000n,
    taken: 700_000_000_000n,
  });
  expect(exampleMonth(spend(["0", 500]))).toBeNull();
});

test("two versions differ in what one of them says otherwise, no longer or newly, and in the order of rules", () => {
  const before = ContractTerms.parse({
    rules: [
      { id: "a", match: { provider: "acme" }, percentBps: 500 },
      { id: "b", percentBps: 1000 },
    ],
    creditLine: { amount: "500" },
  });
  const after = ContractTerms.parse({
    rules: [
      { id: "b", percentBps: 1000 },
      { id: "a", match: { provider: "acme" }, percentBps: 700 },
    ],
    discounts: [{ id: "volume", ...spend(["100", 500]) }],
  });
  expect(differences(termsChanges(before, after))).toEqual([
    {
      key: "rule a",
      part: "Markup",
      name: "a",
      kind: "changed",
      before: ["provider acme: +5%"],
      after: ["provider acme: +7%"],
    },
    {
      key: "discount volume",
      part: "Volume discount",
      name: "volume",
      kind: "added",
      before: null,
      after: [
        "All models, counted by dollars",
        "The first $100 of a month: no discount.",
        "All above $100: 5 % off.",
      ],
    },
    {
      key: "order Prices and markup",
      part: "Order",
      name: null,
      kind: "changed",
      before: ["Prices and markup: a, then b"],
      after: ["Prices and markup: b, then a"],
    },
    {
      key: "Credit line",
      part: "Credit line",
      name: null,
      kind: "removed",
      before: ["$500.00 a month"],
      after: null,
    },
  ]);
  expect(differences(termsChanges(after, after))).toEqual([]);
});
