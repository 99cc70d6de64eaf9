import { MarkupRule } from "@ratebook/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { draftOf, EMPTY_DRAFT, percentOf, readDraft, readPercent } from "./rule-draft.ts";
import { moved, placed, policyIssues, without } from "./rule-order.ts";
import { effectText, matchText } from "./rule-text.ts";

const rule = (id: string, more: object = {}): MarkupRule =>
  MarkupRule.parse({ id, percentBps: 2000, ...more });

describe("a rule in a form", () => {
  test("percentages are basis points, exactly and back", () => {
    expect(readPercent("12.5")).toEqual({ ok: true, value: 1250 });
    expect(readPercent("−2.05 %")).toEqual({ ok: true, value: -205 });
    for (const text of ["", "1.234", "1e3", "ten"]) expect(readPercent(text).ok).toBe(false);
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000_000 }), (bps) => {
        expect(readPercent(percentOf(bps))).toEqual({ ok: true, value: bps });
      }),
    );
  });

  test("reads back as the rule it shows", () => {
    const full = rule("pictures", {
      match: { provider: "acme", model: "paint-*", modality: "image", meter: "image" },
      percentBps: undefined,
      price: { usd: "0.05", per: 1 },
      feePerRequest: "0.001",
      floor: { usd: "0.01", per: 1 },
      ceiling: { usd: "0.09", per: 1 },
      allowLoss: true,
      byok: { percentBps: 500, feePerRequest: "0.01" },
    });
    expect(readDraft(draftOf(full))).toEqual({ ok: true, value: full });
    expect(readDraft(draftOf(rule("all")))).toEqual({ ok: true, value: rule("all") });
  });

  test("names the field that is wrong", () => {
    const issues = (change: object) => {
      const read = readDraft({ ...EMPTY_DRAFT, id: "a", ...change });
      return read.ok ? [] : Object.keys(read.error);
    };
    expect(issues({})).toEqual([]);
    expect(issues({ id: "Not an id" })).toEqual(["id"]);
    expect(issues({ percent: "much" })).toEqual(["percent"]);
    expect(issues({ kind: "price", priceUsd: "1", pricePer: "1" })).toEqual(["priceUsd"]);
    expect(issues({ meter: "image", kind: "price", priceUsd: "1", pricePer: "many" })).toEqual(["pricePer"]);
    expect(issues({ byokFee: "0.01" })).toEqual(["byokPercent"]);
  });
});

describe("the order of rules", () => {
  const rules = [
    rule("a", { match: { provider: "x" } }),
    rule("b", { match: { meter: "image" } }),
    rule("rest"),
  ];
  const ids = (list: readonly MarkupRule[]) => list.map(({ id }) => id).join(" ");

  test("a rule moves one place and never out of the list", () => {
    expect(ids(moved(rules, 0, 1))).toBe("b a rest");
    expect(ids(moved(rules, 0, -1))).toBe("a b rest");
    expect(ids(moved(rules, 2, -1))).toBe("a rest b");
  });

  test("a new one goes before the one for everything else", () => {
    expect(ids(placed(rules, rule("new"), null))).toBe("a b new rest");
    expect(ids(placed(rules, rule("new"), 1))).toBe("a new rest");
    expect(ids(without(rules, 0))).toBe("b rest");
  });

  test("what is no policy is said by the rule's name", () => {
    expect(policyIssues(rules)).toEqual([]);
    expect(policyIssues(moved(rules, 2, -1))).toEqual([
      "Rule b: the last rule must match everything, so that every sale has a rule.",
    ]);
    expect(policyIssues(placed(rules, rule("a"), null))).toEqual(["Rule a: is used twice."]);
  });
});

test("rules are said in words", () => {
  expect(matchText({})).toBe("Everything");
  expect(matchText({ provider: "openai", model: "gpt-*", meter: "output_tokens" })).toBe(
    "provider openai, model gpt-*, Output tokens",
  );
  const floored = rule("f", {
    match: { meter: "output_tokens" },
    floor: { usd: "0.5", per: 1_000_000 },
    feePerRequest: "0.01",
    allowLoss: true,
  });
  expect(effectText(floored)).toBe(
    "+20%, at least $0.50 per 1M tokens, $0.01 per request, may sell at a loss",
  );
  expect(
    effectText(
      rule("p", { match: { meter: "image" }, percentBps: undefined, price: { usd: "0.04", per: 1 } }),
    ),
  ).toBe("fixed at $0.04 per image");
});
