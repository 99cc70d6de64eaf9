import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorityLevel, authorityRank, decideAuthority } from "./authority.ts";

describe("authority of a source for a provider", () => {
  test.each([
    ["manual", "openai", "operator"],
    ["openai", "openai", "first_party"],
    ["xai-api", "x-ai", "first_party"],
    ["anthropic-pricing", "anthropic", "first_party"],
    ["starter", "fal", "starter"],
    ["openrouter", "openrouter", "aggregator"],
    ["vercel-gateway", "vercel", "aggregator"],
    ["fal", "fal", "aggregator"],
    ["openrouter", "openai", "witness"],
    ["anthropic-pricing", "bedrock", "witness"],
    ["models.dev", "openai", "models.dev"],
    ["genai-prices", "openrouter", "genai-prices"],
    ["litellm", "openai", "litellm"],
    ["someone-else", "openai", "witness"],
  ])("%s for %s is %s", (source, provider, level) => {
    expect(authorityLevel(source, provider)).toBe(level);
  });

  test("the order is the operator, the first party, starter, an aggregator's own routes, then the catalogues", () => {
    const forFal = ["manual", "starter", "fal", "models.dev", "genai-prices", "litellm", "openrouter"];
    const ranks = forFal.map((source) => authorityRank(source, "fal"));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(authorityRank("openai", "openai")).toBeLessThan(authorityRank("starter", "openai"));
  });
});

describe("deciding", () => {
  test("a source that prices one meter leaves the other meters to the next source", () => {
    const input = (source: string) => ({ source, offering: "openai/m", meter: "input_tokens" });
    const output = (source: string) => ({ source, offering: "openai/m", meter: "output_tokens" });
    const { deciding, witnesses } = decideAuthority([
      input("litellm"),
      output("litellm"),
      input("manual"),
      input("genai-prices"),
      output("genai-prices"),
    ]);
    expect(deciding).toEqual([input("manual"), output("genai-prices")]);
    expect(witnesses).toHaveLength(3);
  });

  test("a meter only a witness prices stays undecided", () => {
    const candidate = { source: "openrouter", offering: "openai/m", meter: "input_tokens" };
    expect(decideAuthority([candidate])).toEqual({ deciding: [], witnesses: [candidate] });
  });

  test("an operator's own order goes before the shipped one, after the operator's prices, for its provider alone", () => {
    const input = (source: string, provider = "openai") => ({
      source,
      offering: `${provider}/m`,
      meter: "input_tokens",
    });
    const sources = ["openai", "litellm", "someone-new", "models.dev"];
    const orders = new Map([["openai", { first: ["someone-new", "litellm"], witnesses: ["openai"] }]]);
    const deciding = (from: string[], provider?: string) =>
      decideAuthority(
        from.map((source) => input(source, provider)),
        orders,
      ).deciding.map(({ source }) => source);
    expect(deciding(sources)).toEqual(["someone-new"]);
    expect(deciding(["openai", "models.dev", "litellm"])).toEqual(["litellm"]);
    expect(deciding(["openai", "models.dev"])).toEqual(["models.dev"]);
    expect(deciding(["openai"])).toEqual([]);
    expect(deciding([...sources, "manual"])).toEqual(["manual"]);
    expect(deciding([...sources, "manual", "override"])).toEqual(["override"]);
    expect(deciding(["anthropic", "litellm"], "anthropic")).toEqual(["anthropic"]);
  });

  test("the order in which sources sync never matters", () => {
    const candidate = fc.record({
      source: fc.constantFrom(
        "manual",
        "openai",
        "openai-api",
        "starter",
        "genai-prices",
        "litellm",
        "openrouter",
      ),
      offering: fc.constantFrom("openai/a", "openrouter/openai/a", "fal/b"),
      meter: fc.constantFrom("input_tokens", "image"),
    });
    const shuffled = fc
      .uniqueArray(candidate, { selector: (c) => JSON.stringify(c), maxLength: 20 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    const asSet = (all: readonly object[]) => all.map((c) => JSON.stringify(c)).sort();
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(asSet(decideAuthority(one).deciding)).toEqual(asSet(decideAuthority(other).deciding));
      }),
    );
  });
});
