import { describe, expect, test } from "vitest";
import { type Proposal, pricesOf, ratioText, ruleText } from "./proposal.ts";

const proposal: Proposal = {
  id: "0192f0c0-0000-7000-8000-000000000001",
  source: "litellm",
  offering: "acme/writer",
  meter: "input_tokens",
  when: {},
  change: "changed",
  action: "hold",
  rule: "ratio_hold",
  reason: "tripled",
  oldUsd: "0.15",
  oldPer: 1_000_000n,
  newUsd: "0.00000045",
  newPer: 1n,
  ratio: "3",
  sha256: "0".repeat(64),
  where: null,
  state: "held",
  witness: null,
  runId: null,
  version: null,
  createdAt: new Date("2026-11-22T00:00:00Z"),
  decidedAt: null,
  decidedBy: null,
  decisionReason: null,
};

describe("a proposal for reading", () => {
  test("compares both prices in the same unit, whatever units the source used", () => {
    expect(pricesOf(proposal)).toEqual({
      before: { amount: "$0.15", per: "1M tokens" },
      after: { amount: "$0.45", per: "1M tokens" },
    });
    expect(
      pricesOf({ ...proposal, meter: "image", newUsd: null, newPer: null, oldPer: 1n }).after,
    ).toBeNull();
  });

  test("the ratio is cut, never to nothing", () => {
    expect(ratioText("3")).toBe("3 times");
    expect(ratioText("0.333333333")).toBe("0.333 times");
    expect(ratioText("0.000000420")).toBe("0.000000420 times");
  });

  test("an unknown rule is still said", () => {
    expect(ruleText("ratio_hold")).toBe("Changed more than twofold");
    expect(ruleText("brand_new")).toBe("brand new");
  });
});
