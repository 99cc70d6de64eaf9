import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareFractions } from "../money/fraction.ts";
import { matchesGlob } from "./glob.ts";
import { lossMakingRates } from "./loss-making.ts";
import { MarkupPolicy, resolveMarkup, SHIPPED_POLICY } from "./markup.ts";
import { listPerUnit, type PricedRate, sellPrice } from "./sell-price.ts";
import { offeringFrom } from "./testing/rates.ts";

const policyOf = (...rules: object[]) =>
  MarkupPolicy.parse({ id: "p", rules: [...rules, { id: "rest", percentBps: 0 }] });
const issuesOf = (policy: unknown) => {
  const parsed = MarkupPolicy.safeParse(policy);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
};
const gpt = { provider: "openai", model: "gpt-5.2-mini", modality: "language" as const };

describe("a policy", () => {
  test("the shipped one is valid: infrastructure at its own rates, everything else list + 20 %", () => {
    expect(MarkupPolicy.parse(SHIPPED_POLICY)).toEqual(SHIPPED_POLICY);
    const bpsOf = (modality: "infrastructure" | "video") =>
      resolveMarkup(SHIPPED_POLICY, { ...gpt, modality }, "image").rule.percentBps;
    expect(bpsOf("infrastructure")).toBe(0);
    expect(bpsOf("video")).toBe(2000);
  });

  test("the first rule that matches wins, and the ones before it say why they did not", () => {
    const policy = policyOf(
      { id: "images", match: { modality: "image" }, percentBps: 1 },
      { id: "output", match: { meter: "output_tokens" }, percentBps: 2 },
      { id: "anthropic", match: { provider: "anthropic*" }, percentBps: 3 },
      { id: "nano", match: { model: "*nano" }, percentBps: 4 },
      { id: "mini", match: { provider: "openai", model: "gpt-*-mini" }, percentBps: 5 },
      { id: "openai", match: { provider: "openai" }, percentBps: 6 },
    );
    expect(resolveMarkup(policy, gpt, "input_tokens")).toMatchObject({
      policyId: "p",
      rule: { id: "mini" },
      passedOver: [
        { ruleId: "images", because: "modality is language, not image" },
        { ruleId: "output", because: "meter is input_tokens, not output_tokens" },
        { ruleId: "anthropic", because: "provider openai does not match anthropic*" },
        { ruleId: "nano", because: "model gpt-5.2-mini does not match *nano" },
      ],
    });
  });

  test("must end with a rule for everything, and name its rules once", () => {
    expect(issuesOf({ id: "p", rules: [{ id: "a", match: { provider: "x" }, percentBps: 0 }] })).toEqual([
      "rules.0.match: the last rule must match everything, so that every sale has a rule",
    ]);
    expect(
      issuesOf({
        id: "p",
        rules: [
          { id: "a", percentBps: 0 },
          { id: "a", percentBps: 0 },
        ],
      }),
    ).toEqual(["rules.1.id: is used twice"]);
  });

  test.each([
    [{ percentBps: -10_001 }, "percentBps"],
    [{ percentBps: 0.5 }, "percentBps"],
    [{}, "percentBps"],
    [{ percentBps: 0, price: { usd: "1", per: 1 }, match: { meter: "image" } }, "percentBps"],
    [{ price: { usd: "1", per: 1 } }, "price"],
    [{ percentBps: 0, floor: { usd: "1", per: 1 } }, "floor"],
    [
      {
        percentBps: 0,
        floor: { usd: "1", per: 1 },
        ceiling: { usd: "1", per: 2 },
        match: { meter: "image" },
      },
      "floor",
    ],
    [{ percentBps: 0, feePerRequest: "0.0000000001" }, "feePerRequest"],
    [{ percentBps: 0, feePerRequest: "-1" }, "feePerRequest"],
    [{ percentBps: 0, byok: { percentBps: -1 } }, "byok"],
  ])("the rule %j is refused at %s", (rule, field) => {
    const issues = issuesOf({
      id: "p",
      rules: [
        { id: "r", ...rule },
        { id: "rest", percentBps: 0 },
      ],
    });
    expect(issues[0]).toMatch(new RegExp(`^rules\\.0\\.${field}`));
  });
});

describe("the sell price", () => {
  const list: PricedRate = { usd: "0.10", per: 1n, free: false, ownCost: null };
  const image = { match: { meter: "image" } };
  const sell = (rule: object, rate: Partial<PricedRate> = {}) => {
    const [first] = policyOf({ id: "r", ...rule }).rules;
    if (first === undefined) throw new Error("a policy has rules");
    const { perUnit, decidedBy } = sellPrice({ ...list, ...rate }, first, "platform");
    return `${perUnit.num}/${perUnit.den} ${decidedBy}`;
  };

  test("is list and a percentage, in lowest terms", () => {
    expect(sell({ percentBps: 2000 })).toBe("3/25 percent");
    expect(sell({ percentBps: 0 })).toBe("1/10 percent");
  });

  test("is a fixed price where the rule states one", () => {
    expect(sell({ ...image, price: { usd: "0.5", per: 2 } })).toBe("1/4 price");
  });

  test("stays between floor and ceiling", () => {
    const bounds = { floor: { usd: "0.11", per: 1 }, ceiling: { usd: "0.13", per: 1 } };
    expect(sell({ ...image, ...bounds, percentBps: 0 })).toBe("11/100 floor");
    expect(sell({ ...image, ...bounds, percentBps: 2000 })).toBe("3/25 percent");
    expect(sell({ ...image, ...bounds, percentBps: 4000 })).toBe("13/100 ceiling");
  });

  test("is never below own cost, unless the rule allows a loss", () => {
    expect(sell({ percentBps: -1000 })).toBe("1/10 own_cost");
    expect(sell({ percentBps: -1000, allowLoss: true })).toBe("9/100 percent");
    expect(sell({ percentBps: -1000 }, { ownCost: "0.08" })).toBe("9/100 percent");
    expect(sell({ percentBps: -3000 }, { ownCost: "0.08" })).toBe("2/25 own_cost");
    expect(sell({ ...image, percentBps: 0, ceiling: { usd: "0.05", per: 1 } })).toBe("1/10 own_cost");
    expect(sell({ percentBps: 0 }, { ownCost: "0.12" })).toBe("3/25 own_cost");
    expect(sell({ percentBps: -10_000, allowLoss: true })).toBe("0/1 percent");
  });

  test("of a free rate is 0", () => {
    expect(sell({ percentBps: 2000 }, { usd: "0", free: true })).toBe("0/1 free");
  });

  test("is never below own cost for any rule without allowLoss", () => {
    const dollars = fc.integer({ min: 1, max: 1000 }).map((cents) => `0.${String(cents).padStart(4, "0")}`);
    fc.assert(
      fc.property(dollars, dollars, fc.integer({ min: -10_000, max: 10_000 }), (usd, ownCost, percentBps) => {
        const [rule] = policyOf({ id: "r", percentBps }).rules;
        if (rule === undefined) throw new Error("a policy has rules");
        const price = sellPrice({ ...list, usd, ownCost }, rule, "platform").perUnit;
        expect(compareFractions(price, listPerUnit({ usd: ownCost, per: 1n }))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test("losses a policy would make are listed, those it does not allow apart", () => {
  const offering = offeringFrom("acme", "m", "image", [
    ["image", "0.1", 1],
    ["request", "0.1", 1, {}, { ownCost: "0.01" }],
    ["page", "0", 1, {}, { free: true }],
    ["megapixel", "0.1", 1],
  ]);
  const policy = policyOf(
    { id: "allowed", match: { meter: "megapixel" }, percentBps: -1, allowLoss: true },
    { id: "all", percentBps: -1 },
  );
  expect(
    lossMakingRates(policy, [offering]).map(({ rate, ruleId, allowed }) => [rate.meter, ruleId, allowed]),
  ).toEqual([
    ["image", "all", false],
    ["megapixel", "allowed", true],
  ]);
});

describe("patterns", () => {
  test.each([
    ["*", "", true],
    ["gpt-*", "gpt-5", true],
    ["gpt-*", "my-gpt-5", false],
    ["*-mini*", "gpt-mini-2", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-b-b", false],
    ["g.t", "gpt", false],
    ["gpt", "gpt-5", false],
  ])("%s on %s is %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  test("agree with the regular expression that says the same", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
    const words = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(letters, words, (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${pattern.replace(/\*+/g, ".*")}$`).test(text));
      }),
    );
  });
});
