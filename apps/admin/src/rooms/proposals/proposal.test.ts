import { describe, expect, test } from "vitest";
import { type PricedChange, pricesOf, ratioText, ruleText } from "./proposal.ts";

const change: PricedChange = {
  meter: "input_tokens",
  oldUsd: "0.15",
  oldPer: 1_000_000n,
  newUsd: "0.00000045",
  newPer: 1n,
};

describe("a proposal for reading", () => {
  test("compares both prices in the same unit, whatever units the source used", () => {
    expect(pricesOf(change)).toEqual({
      before: { amount: "$0.15", per: "1M tokens" },
      after: { amount: "$0.45", per: "1M tokens" },
    });
    expect(pricesOf({ ...change, meter: "image", newUsd: null, newPer: null, oldPer: 1n }).after).toBeNull();
  });

  test("the ratio is cut, never to nothing", () => {
    expect(ratioText("3")).toBe("3 times");
    expect(ratioText("0.333333333")).toBe("0.333 times");
    expect(ratioText("0.000000420")).toBe("0.000000420 times");
  });

  test("a rule is said in words, and an unknown one still", () => {
    expect(ruleText("ratio_hold")).toBe("Changed more than twofold");
    expect(ruleText("unconfirmed_date")).toBe("Dated, and not confirmed when due");
    expect(ruleText("brand_new")).toBe("brand new");
  });
});
