import { expect, test } from "vitest";
import { compileOffering } from "./compile-offering.ts";
import { ContractTerms, policyUnder } from "./contract-terms.ts";
import { SHIPPED_POLICY } from "./markup.ts";
import { rateUsage } from "./rate-usage.ts";
import { offeringFrom, poolsFrom } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");
const offering = offeringFrom("openai", "gpt", "language", [
  ["input_tokens", "10", 1_000_000],
  ["output_tokens", "20", 1_000_000],
]);

test("agreed prices win over the contract's rules, those over the operator's, and the line says why", () => {
  const terms = ContractTerms.parse({
    prices: [
      { id: "in", match: { model: "gpt*", meter: "input_tokens" }, price: { usd: "11", per: 1_000_000 } },
      { id: "images", match: { meter: "image" }, price: { usd: "1", per: 1 } },
    ],
    rules: [{ id: "openai", match: { provider: "openai" }, percentBps: 500 }],
  });
  const compiled = compileOffering(offering, policyUnder(SHIPPED_POLICY, "contract-7", terms));
  const rated = rateUsage(compiled, { pools: poolsFrom({ input_tokens: 1000, output_tokens: 1000 }), at });
  if (!rated.ok) throw new Error(rated.error.detail);
  // 1,000 × $11/M = $0.011; 1,000 × $20/M × 1.05 = $0.021.
  expect(rated.value.lines.map(({ amount }) => amount)).toEqual([11_000_000n, 21_000_000n]);
  expect(rated.value.lines.map(({ markup }) => markup)).toMatchObject([
    { policyId: "shipped-1+contract-7", rule: { id: "contract:in" }, passedOver: [] },
    {
      rule: { id: "contract:openai" },
      passedOver: [
        { ruleId: "contract:in", because: "meter is output_tokens, not input_tokens" },
        { ruleId: "contract:images", because: "meter is output_tokens, not image" },
      ],
    },
  ]);
});

test("an agreed price under the operator's cost is sold at cost unless it allows the loss", () => {
  const price = { id: "in", match: { meter: "input_tokens" }, price: { usd: "4", per: 1_000_000 } };
  const sold = (allowLoss?: boolean) => {
    const terms = ContractTerms.parse({ prices: [{ ...price, allowLoss }] });
    const compiled = compileOffering(offering, policyUnder(SHIPPED_POLICY, "contract-7", terms));
    const rated = rateUsage(compiled, { pools: poolsFrom({ input_tokens: 1000 }), at });
    return rated.ok
      ? rated.value.lines.map((line) => [line.amount, line.kind === "usage" && line.sell.decidedBy])
      : [];
  };
  expect(sold()).toEqual([[10_000_000n, "own_cost"]]);
  expect(sold(true)).toEqual([[4_000_000n, "price"]]);
});

test.each([
  [{ priceLock: { catalogueVersion: 1, until: "2027-01-01T00:00:00Z" } }, "priceLock.allowLoss"],
  [{ creditLine: { amount: "0" } }, "creditLine.amount"],
  [{ prices: [{ id: "a", match: { model: "x" }, price: { usd: "1", per: 1 } }] }, "prices.0.match.meter"],
  [
    {
      rules: [
        { id: "a", percentBps: 1 },
        { id: "a", percentBps: 2 },
      ],
    },
    "rules.1.id",
  ],
  [{ markup: 3 }, ""],
])("terms that are not well-formed name their field: %j", (terms, field) => {
  const issues = ContractTerms.safeParse(terms).error?.issues.map(({ path }) => path.join("."));
  expect(issues).toContain(field);
});
