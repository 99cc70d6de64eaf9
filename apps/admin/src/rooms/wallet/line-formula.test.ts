import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { checkReceipt } from "./check-receipt.ts";
import { type FormulaFacts, fractionText, lineFormula } from "./line-formula.ts";

// 1,200 × 1.75 ÷ 1,000,000 × 1.2 = 0.00252
const input: FormulaFacts = {
  billedQuantity: "1200",
  rate: { usd: "1.75", per: 1_000_000 },
  markup: { decidedBy: "percent", bps: 2_000, sellPerUnit: "21/10000000" },
  amount: nanos(2_520_000n),
};

test("a line is written out and computes to its amount", () => {
  expect(lineFormula(input)).toEqual({
    quantity: "1,200",
    price: "$1.75 per 1,000,000",
    markup: "× 1.2",
    exact: "$0.00252",
    rounded: false,
    agrees: true,
  });
});

test("an amount that is one nano off does not agree", () => {
  expect(lineFormula({ ...input, amount: nanos(2_520_001n) }).agrees).toBe(false);
});

test("a sell price that is not the list price with its markup does not agree", () => {
  // 1.75 ÷ 1,000,000 × 1.1, with the amount that follows from it
  const markup = { ...input.markup, sellPerUnit: "1925/1000000000" };
  expect(lineFormula({ ...input, markup, amount: nanos(2_310_000n) }).agrees).toBe(false);
});

test("what falls half way between two nanos goes to the even one, and says that it was rounded", () => {
  // 1 × 0.0000000005 = half a nano, to 0; 3 × 0.0000000005 = one and a half, to 2
  const half = {
    rate: { usd: "0.0000000005", per: 1 },
    markup: { decidedBy: "price", bps: null, sellPerUnit: "1/2000000000" },
  };
  const one = lineFormula({ ...half, billedQuantity: "1", amount: nanos(0n) });
  const three = lineFormula({ ...half, billedQuantity: "3", amount: nanos(2n) });
  expect([one.agrees, one.rounded, one.exact]).toEqual([true, true, "$0.0000000005"]);
  expect(three.agrees).toBe(true);
  expect(three.markup).toBe("sold at the rule's fixed price");
});

test("a fraction without an end is cut and marked", () => {
  expect(fractionText({ num: 1n, den: 3n })).toBe("0.333333333333333333333333…");
  expect(fractionText({ num: 5n, den: 4n })).toBe("1.25");
  expect(fractionText({ num: 7n, den: 1n })).toBe("7");
});

test("a receipt agrees when its lines do and add up to it", () => {
  const fee = { kind: "fee" as const, amount: nanos(1_000n) };
  const lines = [{ kind: "usage" as const, ...input }, fee];
  expect(checkReceipt({ lines, amount: nanos(2_521_000n) })).toEqual({ agrees: true, recomputed: 1 });
  expect(checkReceipt({ lines, amount: nanos(2_520_000n) }).agrees).toBe(false);
});
