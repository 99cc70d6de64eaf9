import { ContractTerms } from "@ratebook/core";
import { expect, test } from "vitest";
import { termsText } from "./terms-text.ts";

test("every part of a contract has a line, and a contract without parts says so", () => {
  const terms = ContractTerms.parse({
    prices: [{ id: "a", match: { meter: "image" }, price: { usd: "1", per: 1 } }],
    discounts: [{ id: "volume", by: "spend", tiers: [{ above: "100", discountBps: 550 }] }],
    priceLock: { catalogueVersion: 3, until: "2027-01-01T00:00:00Z", allowLoss: true },
    creditLine: { amount: "500" },
    invoicing: { netDays: 30 },
  });
  expect(termsText(terms)).toEqual([
    "Agreed prices: 1",
    "Discount volume by spend: 5.5 % above $100",
    "Prices of version 3 until 2027-01-01",
    "Credit line $500 a month",
    "Invoices due in 30 days",
  ]);
  expect(termsText(ContractTerms.parse({}))).toEqual(["No terms of its own"]);
});
