import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Modality } from "../meter/meters.ts";
import { isMeterName } from "../meter/pools.ts";
import { type GuardInput, guardDocument } from "./guard.ts";
import { BIRTH_BOUNDS } from "./guard-thresholds.ts";
import type { Rate } from "./rate.ts";
import { type RateSketch, rateFrom } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");
const M = 1_000_000;
type Input = GuardInput<Rate, Rate>;

const ratesOf = (sketches: readonly RateSketch[], offering = "acme/m") =>
  sketches.map((sketch, index) => rateFrom(offering, sketch, index));

function guard(
  before: readonly Rate[],
  after: readonly Rate[],
  more: Partial<Input> & { modality?: Modality } = {},
) {
  const { modality = "language", ...rest } = more;
  const offerings = [...new Set(after.map(({ offering }) => offering))].map((offering) => ({
    offering,
    modality,
  }));
  return guardDocument({ profile: "default", before, after, offerings, at, ...rest });
}

function verdicts(
  before: readonly RateSketch[],
  after: readonly RateSketch[],
  more: Parameters<typeof guard>[2] = {},
) {
  return guard(ratesOf(before), ratesOf(after), more).decisions.map(
    ({ action, rule }) => `${action} ${rule ?? "-"}`,
  );
}

const image = (usd: string, more: RateSketch[4] = {}): RateSketch => ["image", usd, 1, {}, more];
const repriced = (usd: string, more: Parameters<typeof guard>[2] = {}) =>
  verdicts([image("0.1")], [image(usd)], { modality: "image", ...more })[0];

describe("a changed price", () => {
  test.each([
    ["0.05", "activate -"],
    ["0.2", "activate -"],
    ["0.049999", "hold ratio_hold"],
    ["0.200001", "hold ratio_hold"],
    ["0.02", "hold ratio_hold"],
    ["0.5", "hold ratio_hold"],
    ["0.019999", "quarantine ratio_quarantine"],
    ["0.500001", "quarantine ratio_quarantine"],
  ])("from 0.1 to %s: %s; the edges are inside", (usd, verdict) => {
    expect(repriced(usd)).toBe(verdict);
  });

  test("says by how much in its sentence, and gives the ratio", () => {
    const [decision] = guard(ratesOf([image("0.1")]), ratesOf([image("0.25")])).decisions;
    expect(decision?.sentence).toBe(
      "acme/m image went from $0.1 each to $0.25 each, 2.5 times the old price",
    );
    expect(decision?.ratio).toEqual({ num: 5n, den: 2n });
  });

  test("in another unit alone is no change at all", () => {
    expect(verdicts([["image", "0.1", 1]], [["image", "100", 1000]])).toEqual([]);
  });

  test("that is held is released by a second source within 1 %, and only then", () => {
    const witness = (usd: string, key = "acme/m image") => ({
      witnesses: [{ source: "other", key, usd, per: 1n }],
    });
    expect(repriced("0.3", witness("0.303"))).toBe("activate ratio_hold");
    expect(repriced("0.3", witness("0.297"))).toBe("activate ratio_hold");
    expect(repriced("0.3", witness("0.3031"))).toBe("hold ratio_hold");
    expect(repriced("0.3", witness("0.3", "acme/other image"))).toBe("hold ratio_hold");
    expect(repriced("0.9", witness("0.9"))).toBe("quarantine ratio_quarantine");
  });

  test("names the witness that released it, the same whatever order they came in", () => {
    const names = ["c", "a", "b"].map((source) => ({ source, key: "acme/m image", usd: "0.3", per: 1n }));
    for (const witnesses of [names, names.toReversed()]) {
      const [decision] = guard(ratesOf([image("0.1")]), ratesOf([image("0.3")]), { witnesses }).decisions;
      expect(decision?.witness).toBe("a");
      expect(decision?.sentence).toContain("; a confirms it");
    }
  });
});

describe("what is no price", () => {
  test("is never activated, new or changed, by anyone", () => {
    for (const profile of ["default", "openrouter", "operator"] as const) {
      const accepted = new Set(["acme/m image"]);
      expect(repriced("0", { profile, accepted })).toBe("refuse not_a_price");
      expect(verdicts([], [image("0.000")], { profile, accepted })).toEqual(["refuse not_a_price"]);
    }
  });

  test("free is a price when it is new, and a quarantined change when the thing was paid for", () => {
    expect(verdicts([], [image("0", { free: true })])).toEqual(["activate -"]);
    expect(verdicts([image("1")], [image("0", { free: true })])).toEqual(["quarantine ratio_quarantine"]);
    expect(verdicts([image("0", { free: true })], [image("1")])).toEqual(["quarantine ratio_quarantine"]);
  });

  test("a price that became unreadable keeps the last good one, however often it is missing", () => {
    const unreadable = new Map([["acme/m image", "-1"]]);
    const missingSyncs = new Map([["acme/m image", 99]]);
    const page: RateSketch = ["page", "1", 1];
    const report = guard(ratesOf([image("1"), page]), ratesOf([page]), { unreadable, missingSyncs });
    expect(report.decisions).toMatchObject([{ action: "refuse", rule: "not_a_price" }]);
    expect(report.decisions[0]?.sentence).toContain('stated as "-1"');
  });
});

describe("a price born wrong", () => {
  test.each(Object.entries(BIRTH_BOUNDS))(
    "%s above its bound is quarantined, at it is not",
    (name, bound) => {
      if (!isMeterName(name)) throw new Error(`${name} is no meter`);
      const custom = { modality: "custom" as const };
      expect(verdicts([], [[name, bound.usd, bound.per]], custom)).toEqual(["activate -"]);
      expect(verdicts([], [[name, `${bound.usd}.01`, bound.per]], custom)).toEqual([
        "quarantine birth_bound",
      ]);
    },
  );

  test("text is bounded at $200 a million in and $1,000 out", () => {
    const text = (usd: string, out: string): RateSketch[] => [
      ["input_tokens", usd, M],
      ["output_tokens", out, M],
    ];
    expect(verdicts([], text("150", "600"))).toEqual(["activate -", "activate -"]);
    // Per thousand, read as per one.
    expect(verdicts([], [["input_tokens", "0.0005", 1]])).toEqual(["quarantine birth_bound"]);
  });

  test("a meter of the operator's own has a bound too", () => {
    expect(verdicts([], [["x_agent_hour", "10000", 1]])).toEqual(["activate -"]);
    expect(verdicts([], [["x_agent_hour", "10001", 1]])).toEqual(["quarantine birth_bound"]);
  });
});

describe("new prices beside unbelievable ones", () => {
  const text = (offering: string, input: string, output: string) =>
    ratesOf(
      [
        ["input_tokens", input, M],
        ["output_tokens", output, M],
      ],
      offering,
    );
  const actionOf = (before: readonly Rate[], after: readonly Rate[], key: string) => {
    const found = guard(before, after).decisions.find((decision) => decision.key === key);
    return `${found?.action} ${found?.rule}`;
  };
  const wrong = (count: number) =>
    Array.from({ length: count }, (_, i) => text(`acme/wrong${i}`, "250", "1000")).flat();

  test("are quarantined with the offering they belong to", () => {
    const after = [...wrong(1), ...text("acme/cheap", "100", "200"), ...text("other/m", "1", "4")];
    expect(actionOf([], after, "acme/wrong0 input_tokens")).toBe("quarantine birth_bound");
    expect(actionOf([], after, "acme/wrong0 output_tokens")).toBe("quarantine birth_unit");
    expect(actionOf([], after, "acme/cheap input_tokens")).toBe("activate null");
  });

  test("are quarantined with all that is new of a provider once three of its offerings are unbelievable", () => {
    const cheap = text("acme/cheap", "100", "200");
    const known = text("acme/known", "1", "4");
    const after = [...wrong(3), ...cheap, ...text("acme/known", "1.5", "4"), ...text("other/m", "1", "4")];
    expect(actionOf(known, after, "acme/cheap input_tokens")).toBe("quarantine birth_unit");
    expect(actionOf(known, after, "acme/known input_tokens")).toBe("activate null");
    expect(actionOf(known, after, "other/m input_tokens")).toBe("activate null");
    expect(actionOf([], [...wrong(2), ...cheap], "acme/cheap input_tokens")).toBe("activate null");
  });
});

describe("a new price point of a known offering", () => {
  const known: RateSketch[] = [
    ["input_tokens", "1", M],
    ["output_tokens", "4", M],
  ];
  const cached: RateSketch = ["cache_read_tokens", "0.1", M];

  test("is let through where nothing else happens to the offering", () => {
    expect(verdicts(known, [...known, cached])).toEqual(["activate -"]);
  });

  test("is quarantined at the price, or the printed amount, that another point of the offering had", () => {
    const moved: RateSketch[] = [
      ["input_tokens", "1", M],
      ["reasoning_tokens", "4", M],
    ];
    expect(verdicts(known, moved)).toEqual(["hold missing", "quarantine birth_moved"]);
    const perThousand: RateSketch[] = [
      ["input_tokens", "1", M],
      ["request", "4", 1000],
    ];
    expect(verdicts(known, perThousand)).toEqual(["hold missing", "quarantine birth_moved"]);
  });

  test("is quarantined when it is free and nothing of the offering was", () => {
    expect(verdicts(known, [...known, ["cache_read_tokens", "0", M, {}, { free: true }]])).toEqual([
      "quarantine birth_free",
    ]);
  });

  test("waits for a second source while other prices of the offering change or are gone", () => {
    const repriced: RateSketch[] = [["input_tokens", "1.2", M], ["output_tokens", "4", M], cached];
    expect(verdicts(known, repriced)).toEqual(["hold birth_beside", "activate -"]);
    const gone: RateSketch[] = [["input_tokens", "1", M], cached];
    expect(verdicts(known, gone)).toEqual(["hold birth_beside", "hold missing"]);
    const witness = { source: "other", key: "acme/m cache_read_tokens", usd: "0.1005", per: 1_000_000n };
    expect(verdicts(known, repriced, { witnesses: [witness] })).toEqual(["activate -", "activate -"]);
  });

  test("waits where the same price of two other offerings of the provider was stopped", () => {
    const priced = (cache: readonly string[]) =>
      cache.flatMap((usd, i) => ratesOf([...known, ["cache_read_tokens", usd, M]], `acme/m${i}`));
    const others = Array.from({ length: 20 }, (_, i) => rateFrom(`acme/image${i}`, image("1"), 0));
    const before = [...priced(["0.2", "0.2"]), ...ratesOf(known), ...others];
    const verdictOf = (cache: readonly string[]) =>
      guard(before, [...priced(cache), ...ratesOf([...known, cached]), ...others]).decisions.find(
        ({ key }) => key === "acme/m cache_read_tokens",
      )?.rule;
    expect(verdictOf(["25", "25"])).toBe("birth_beside");
    expect(verdictOf(["25", "0.2"])).toBeNull();
  });

  const tier = { total_input_tokens_above: 200_000 };
  const tiered: RateSketch[] = [...known, ["input_tokens", "2", M, tier]];
  const rulesOn = (before: Input["before"], after: Input["after"], more: Partial<Input> = {}) =>
    guard(before, after, more).decisions.map(
      ({ key, action, rule }) => `${key.split("?")[0]} ${action} ${rule}`,
    );

  test("waits where the whole row reads as a sibling's did, which has lost a price", () => {
    const before = [...ratesOf(known, "acme/a"), ...ratesOf(tiered, "acme/b")];
    const after = [...ratesOf(tiered, "acme/a"), ...ratesOf(known, "acme/b")];
    const moved = ["acme/a input_tokens hold birth_copied", "acme/b input_tokens hold missing"];
    expect(rulesOn(before, after)).toEqual(moved);
    const witness = {
      source: "other",
      key: "acme/a input_tokens?total_input_tokens_above=200000",
      usd: "2",
      per: 1_000_000n,
    };
    expect(rulesOn(before, after, { witnesses: [witness] })[0]).toBe("acme/a input_tokens activate null");
    // A sibling that keeps its prices only shows what is usual.
    expect(rulesOn(before, [...ratesOf(tiered, "acme/a"), ...ratesOf(tiered, "acme/b")])).toEqual([
      "acme/a input_tokens activate null",
    ]);
    // The same price at one point only, of an offering that costs something else otherwise, says little.
    const other: RateSketch[] = [
      ["input_tokens", "1.5", M],
      ["output_tokens", "4", M],
    ];
    const one = [...ratesOf(other, "acme/a"), ...ratesOf(tiered, "acme/b")];
    const tier200 = [
      ...ratesOf([...other, ["input_tokens", "2", M, tier]], "acme/a"),
      ...ratesOf(known, "acme/b"),
    ];
    expect(rulesOn(one, tier200)[0]).toBe("acme/a input_tokens activate null");
  });

  test("of a new offering is no copy: a price is cut, and a new model takes the place it had", () => {
    const before = [...ratesOf(known, "acme/b"), ...ratesOf(tiered, "acme/c")];
    const cut: RateSketch[] = [
      ["input_tokens", "0.7", M],
      ["output_tokens", "4", M],
    ];
    const after = [...ratesOf(known, "acme/new"), ...ratesOf(cut, "acme/b"), ...ratesOf(tiered, "acme/c")];
    expect(rulesOn(before, after).filter((verdict) => verdict.startsWith("acme/new"))).toEqual([
      "acme/new input_tokens activate null",
      "acme/new output_tokens activate null",
    ]);
  });

  test("of a new offering waits where the one sibling that cost that states prices nobody believes", () => {
    const before = [...ratesOf(known, "acme/b"), ...ratesOf(tiered, "acme/c")];
    const slipped: RateSketch[] = [
      ["input_tokens", "0.1", M],
      ["output_tokens", "0.3", M],
    ];
    const after = [
      ...ratesOf(known, "acme/new"),
      ...ratesOf(slipped, "acme/b"),
      ...ratesOf(tiered, "acme/c"),
    ];
    const ofNew = (...input: Parameters<typeof rulesOn>) =>
      rulesOn(...input).filter((verdict) => verdict.startsWith("acme/new"));
    expect(ofNew(before, after)).toEqual([
      "acme/new input_tokens hold birth_copied",
      "acme/new output_tokens hold birth_copied",
    ]);
    const witness = { source: "other", key: "acme/new input_tokens", usd: "1", per: 1_000_000n };
    expect(ofNew(before, after, { witnesses: [witness] })[0]).toBe("acme/new input_tokens activate null");
    // Another one that costs the same as ever shows that it is a price of this provider.
    const usual = ratesOf(known, "acme/d");
    expect(ofNew([...before, ...usual], [...after, ...usual])[0]).toBe("acme/new input_tokens activate null");
  });

  test("means nothing in an operator's own document", () => {
    const repriced: RateSketch[] = [["input_tokens", "1.2", M], ["output_tokens", "4", M], cached];
    expect(verdicts(known, repriced, { profile: "operator" })).toEqual(["activate -", "activate -"]);
  });
});

describe("the shape of a language model's text rates", () => {
  const base: RateSketch[] = [
    ["input_tokens", "1", M],
    ["output_tokens", "5", M],
  ];
  const born = (...more: RateSketch[]) => new Set(verdicts([], [...base, ...more]));

  test.each([
    ["cache_read above input", ["cache_read_tokens", "1.01", M], "quarantine shape_cache_read"],
    ["cache_read at input", ["cache_read_tokens", "1", M], "activate -"],
    ["a cache write above 2.1 × input", ["cache_write_tokens", "2.11", M], "quarantine shape_cache_write"],
    [
      "an hour's cache write above 2.1 × input",
      ["cache_write_1h_tokens", "2.11", M],
      "quarantine shape_cache_write",
    ],
    ["an hour's cache write at 2 × input", ["cache_write_1h_tokens", "2", M], "activate -"],
    ["batch above standard", ["output_tokens", "6", M, { service_tier: "batch" }], "quarantine shape_batch"],
    ["batch at half", ["output_tokens", "2.5", M, { service_tier: "batch" }], "activate -"],
  ] as [string, RateSketch, string][])("%s", (_, rate, verdict) => {
    expect(born(rate)).toEqual(new Set([verdict]));
  });

  test.each([
    ["12", "activate -"],
    ["12.1", "quarantine shape_output"],
    ["0.5", "activate -"],
    ["0.49", "quarantine shape_output"],
  ])("output at %s × input: %s", (usd, verdict) => {
    expect(
      new Set(
        verdicts(
          [],
          [
            ["input_tokens", "1", M],
            ["output_tokens", usd, M],
          ],
        ),
      ),
    ).toEqual(new Set([verdict]));
  });

  test("is judged under the same conditions", () => {
    const long = { total_input_tokens_above: 200_000 };
    const twice: RateSketch[] = [
      ["input_tokens", "2", M, long],
      ["output_tokens", "24", M, long],
      ["cache_read_tokens", "1.5", M, long],
    ];
    expect(born(...twice)).toEqual(new Set(["activate -"]));
    expect(born(...twice, ["cache_read_tokens", "2.5", M, { ...long, service_tier: "flex" }])).toEqual(
      new Set(["quarantine shape_cache_read"]),
    );
  });

  test("stops the whole offering and no other, and says nothing of other modalities", () => {
    const bad: RateSketch[] = [...base, ["cache_read_tokens", "3", M]];
    const both = [...ratesOf(bad, "acme/bad"), ...ratesOf(base, "acme/good")];
    const actions = guard([], both).decisions.map(({ key, action }) => `${key.split(" ")[0]} ${action}`);
    expect(new Set(actions)).toEqual(new Set(["acme/bad quarantine", "acme/good activate"]));
    expect(new Set(verdicts([], bad, { modality: "custom" }))).toEqual(new Set(["activate -"]));
  });

  test("says nothing of offerings that did not change", () => {
    const bad = ratesOf([...base, ["cache_read_tokens", "3", M]]);
    expect(guard(bad, bad).decisions).toEqual([]);
  });
});

describe("a document as a whole", () => {
  const many = (count: number, usd: string) =>
    Array.from({ length: count }, (_, i) => rateFrom(`acme/m${i}`, image(usd), 0));

  test("that reprices more than 20 offerings at once is held as a batch", () => {
    const twenty = guard(many(20, "1"), many(20, "1.5"));
    expect(twenty.findings).toEqual([]);
    expect(twenty.decisions.every(({ action }) => action === "activate")).toBe(true);
    const more = guard(many(21, "1"), many(21, "1.5"));
    expect(more.findings).toMatchObject([{ rule: "batch_size", effect: "hold_batch" }]);
    expect(more.decisions.every(({ action, rule }) => action === "hold" && rule === "batch_size")).toBe(true);
  });

  test("with hundreds of new offerings is no batch", () => {
    expect(guard([], many(500, "1")).decisions.every(({ action }) => action === "activate")).toBe(true);
  });

  test("new offerings in a held batch are not held with it", () => {
    const report = guard(many(21, "1"), [...many(21, "1.5"), ...ratesOf([image("1")], "acme/new")]);
    expect(report.decisions.find(({ key }) => key.startsWith("acme/new"))?.action).toBe("activate");
  });

  test("that has stopped prices in three known offerings and in a fifth of them is held as a whole", () => {
    const priced = (prices: readonly string[]) =>
      prices.flatMap((usd, i) => ratesOf([image(usd)], `acme/m${i}`));
    const before = priced(Array.from({ length: 15 }, () => "1"));
    const slipped = (count: number) => [
      ...priced(Array.from({ length: 15 }, (_, i) => (i < count ? "3" : i === 14 ? "1.1" : "1"))),
      ...ratesOf([image("1")], "acme/new"),
    ];
    const rulesOf = (count: number) =>
      guard(before, slipped(count)).decisions.map(({ action, rule }) => `${action} ${rule}`);
    expect(rulesOf(2).filter((verdict) => verdict === "activate null").length).toBe(2);
    expect(rulesOf(3)).not.toContain("activate null");
    expect(rulesOf(3).filter((verdict) => verdict === "hold drift").length).toBe(2);
    expect(guard(before, slipped(3)).findings).toMatchObject([{ rule: "drift", effect: "hold_batch" }]);
  });

  test("with less than 70 % of the last one's offerings is refused, and nothing of it decided", () => {
    expect(guard(many(10, "1"), many(7, "2")).refused).toBe(false);
    const report = guard(many(10, "1"), many(6, "2"));
    expect(report).toMatchObject({ refused: true, decisions: [], findings: [{ effect: "refuse_document" }] });
    expect(guard(many(5, "1"), many(5, "1"), { lastOfferingCount: 100 }).refused).toBe(true);
  });

  test("missing offerings are served on, and more than 2 % of them raise an alert", () => {
    const one = guard(many(100, "1"), many(98, "1"));
    expect(one.findings).toEqual([]);
    expect(one.decisions.map(({ action, rule }) => `${action} ${rule}`)).toEqual([
      "hold missing",
      "hold missing",
    ]);
    const three = guard(many(100, "1"), many(97, "1"));
    expect(three.findings).toMatchObject([{ rule: "missing_share", effect: "keep_missing" }]);
    expect(three.decisions.every(({ action }) => action === "hold")).toBe(true);
  });

  test("a missing rate is retired after seven syncs, at its published date, or when it ended by itself", () => {
    const page: RateSketch = ["page", "1", 1];
    const gone = (more: Partial<Input>, sketch = image("1")) =>
      guard(ratesOf([sketch, page]), ratesOf([page]), more).decisions[0]?.action;
    const missed = (n: number) => ({ missingSyncs: new Map([["acme/m image", n]]) });
    expect(gone(missed(5))).toBe("hold");
    expect(gone(missed(6))).toBe("activate");
    expect(gone({ deprecations: new Map([["acme/m", at]]) })).toBe("activate");
    expect(gone({ deprecations: new Map([["acme/m", new Date(at.getTime() + 1)]]) })).toBe("hold");
    expect(gone({}, image("1", { validUntil: at }))).toBe("activate");
  });
});

describe("OpenRouter's profile", () => {
  const changed = (minutesAgo: number): Partial<Input> => ({
    lastChangedAt: new Map([["acme/m image", new Date(at.getTime() - minutesAgo * 60_000)]]),
  });

  test("holds a second change within six hours until it has lasted", () => {
    expect(repriced("0.15", { profile: "openrouter", ...changed(359) })).toBe("hold flicker");
    expect(repriced("0.15", { profile: "openrouter", ...changed(360) })).toBe("activate -");
    expect(repriced("0.15", { profile: "openrouter" })).toBe("activate -");
    expect(repriced("0.15", changed(1))).toBe("activate -");
  });

  test("is a market that moves many prices at once, up to a hundred", () => {
    const many = (count: number, usd: string) =>
      Array.from({ length: count }, (_, i) => rateFrom(`openrouter/m${i}`, image(usd), 0));
    const actions = (count: number) =>
      new Set(
        guard(many(count, "1"), many(count, "1.5"), { profile: "openrouter" }).decisions.map((d) => d.action),
      );
    expect(actions(100)).toEqual(new Set(["activate"]));
    expect(actions(101)).toEqual(new Set(["hold"]));
  });

  test("a second source releases it", () => {
    const witnesses = [{ source: "other", key: "acme/m image", usd: "0.15", per: 1n }];
    expect(repriced("0.15", { profile: "openrouter", witnesses, ...changed(1) })).toBe("activate flicker");
  });
});

describe("the operator's own import", () => {
  const operator = { profile: "operator" as const };

  test("activates at once what would be held from a source", () => {
    expect(repriced("0.4", operator)).toBe("activate -");
  });

  test("stops at a tripped bound until that row is accepted", () => {
    expect(repriced("0.6", operator)).toBe("quarantine ratio_quarantine");
    expect(repriced("0.6", { ...operator, accepted: new Set(["acme/m image"]) })).toBe(
      "activate ratio_quarantine",
    );
    expect(repriced("0.6", { ...operator, accepted: new Set(["acme/m page"]) })).toBe(
      "quarantine ratio_quarantine",
    );
    expect(repriced("0.6", { accepted: new Set(["acme/m image"]) })).toBe("quarantine ratio_quarantine");
  });

  test("never retires what it does not mention, but takes back a rate of an offering it does", () => {
    const before = [...ratesOf([image("1"), ["page", "1", 1]]), ...ratesOf([image("1")], "acme/other")];
    const report = guard(before, ratesOf([image("1")]), operator);
    expect(report.decisions.map(({ key, action }) => `${key} ${action}`)).toEqual([
      "acme/m page activate",
      "acme/other image hold",
    ]);
    expect(report.refused).toBe(false);
  });
});

test("no rule ever activates a price that is not one, whatever the profile, witnesses and acceptances", () => {
  const usd = fc.constantFrom("0", "0.0", "0.1", "0.3", "1", "9");
  const rates = fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), usd, fc.boolean()), { selector: ([name]) => name })
    .map((rows) =>
      rows.map(([name, price, free]) =>
        rateFrom(
          `acme/${name}`,
          image(price, { free: free && price.startsWith("0") && !/[1-9]/.test(price) }),
          0,
        ),
      ),
    );
  const profile = fc.constantFrom("default" as const, "openrouter" as const, "operator" as const);
  fc.assert(
    fc.property(rates, rates, profile, (before, after, of) => {
      const witnesses = after.map((rate) => ({
        source: "w",
        key: `${rate.offering} image`,
        usd: rate.usd,
        per: 1n,
      }));
      const accepted = new Set(witnesses.map(({ key }) => key));
      for (const { action, change } of guard(before, after, { profile: of, witnesses, accepted }).decisions) {
        if (action !== "activate" || change.kind === "removed") continue;
        expect(change.after.free || /[1-9]/.test(change.after.usd)).toBe(true);
      }
    }),
  );
});
