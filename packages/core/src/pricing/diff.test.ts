import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffDocuments, diffRates, type RateChange } from "./diff.ts";
import { PriceDocument } from "./price-document.ts";
import { rateKey } from "./rate-key.ts";
import { type RateSketch, rateFrom } from "./testing/rates.ts";

const M = 1_000_000;
const ratesOf = (sketches: readonly RateSketch[]) =>
  sketches.map((sketch, i) => rateFrom("acme/m", sketch, i));
const diff = (before: readonly RateSketch[], after: readonly RateSketch[]) =>
  diffRates(ratesOf(before), ratesOf(after));

function textOf(change: RateChange): string {
  if (change.kind !== "changed") return `${change.kind} ${change.key}`;
  const ratio = change.ratio === null ? "none" : `${change.ratio.num}/${change.ratio.den}`;
  return `changed ${change.key} × ${ratio}${change.repriced ? "" : ", terms only"}`;
}

describe("two sets of rates", () => {
  test("what is added, changed and removed is named by offering, meter and conditions", () => {
    const before: RateSketch[] = [
      ["input_tokens", "1.25", M],
      ["output_tokens", "10", M],
      ["input_tokens", "0.625", M, { service_tier: "batch" }],
    ];
    const after: RateSketch[] = [
      ["input_tokens", "1", M],
      ["output_tokens", "10", M],
      ["cache_read_tokens", "0.1", M],
    ];
    const { changes, unchanged } = diff(before, after);
    expect(changes.map(textOf)).toEqual([
      "added acme/m cache_read_tokens",
      "changed acme/m input_tokens × 4/5",
      'removed acme/m input_tokens?service_tier="batch"',
    ]);
    expect(unchanged).toBe(1);
  });

  test("prices are compared as numbers, not as text or unit", () => {
    const same: [RateSketch, RateSketch][] = [
      [
        ["input_tokens", "0.15", M],
        ["input_tokens", "0.00015", 1000],
      ],
      [
        ["input_tokens", "0.15", M],
        ["input_tokens", "0.150", M],
      ],
      [
        ["stt_second", "0.22", 3600, {}, { ownCost: "0.18" }],
        ["stt_second", "0.11", 1800, {}, { ownCost: "0.09" }],
      ],
      [
        ["image", "1", 1, {}, { minimum: "1.0" }],
        ["image", "1", 1, {}, { minimum: "1" }],
      ],
    ];
    for (const [a, b] of same) expect(diff([a], [b])).toEqual({ changes: [], unchanged: 1 });
  });

  test("the smallest difference is a change", () => {
    const { changes } = diff([["input_tokens", "0.15", M]], [["input_tokens", "0.150000000000000001", M]]);
    expect(changes.map(({ kind }) => kind)).toEqual(["changed"]);
  });

  test("other terms of a rate change it too, without repricing", () => {
    const terms = [{ minimum: "2" }, { increment: "2" }, { included: "2" }, { ownCost: "0.5" }];
    const dates = [{ validFrom: new Date(0) }, { validUntil: new Date(0) }];
    for (const more of [...terms, ...dates]) {
      expect(diff([["image", "1", 1]], [["image", "1", 1, {}, more]]).changes.map(textOf)).toEqual([
        "changed acme/m image × 1/1, terms only",
      ]);
    }
  });

  test("a price that was 0 has no ratio", () => {
    const { changes } = diff([["image", "0", 1, {}, { free: true }]], [["image", "1", 1]]);
    expect(changes.map(textOf)).toEqual(["changed acme/m image × none"]);
  });

  test("a rate of now and one of later are compared each with itself", () => {
    const later = { validFrom: new Date("2027-01-01T00:00:00Z") };
    const now: RateSketch = ["input_tokens", "1", M];
    const before: RateSketch[] = [now, ["input_tokens", "2", M, {}, later]];
    expect(diff(before, [["input_tokens", "3", M, {}, later], now]).changes.map(textOf)).toEqual([
      "changed acme/m input_tokens × 3/2",
    ]);
    expect(diff([now], before).changes.map(textOf)).toEqual(["added acme/m input_tokens"]);
    expect(diff(before, [now]).changes.map(textOf)).toEqual(["removed acme/m input_tokens"]);
  });
});

test("the order of conditions and their absence do not make another price point", () => {
  const one = { meter: "image", when: { size: "1k", audio: true, quality: undefined } };
  const other = { meter: "image", when: { audio: true, size: "1k" } };
  expect(rateKey(one)).toBe('image?audio=true&size="1k"');
  expect(rateKey(other)).toBe(rateKey(one));
  expect(rateKey({ meter: "image", when: {} })).toBe("image");
});

test("values that look alike stay apart in a key", () => {
  const keys = [{ size: "true" }, { audio: true }, { size: 'a"&b="c' }, { size: "a", mode: "c" }];
  expect(new Set(keys.map((when) => rateKey({ meter: "image", when }))).size).toBe(keys.length);
});

test("two documents are compared by what they state", () => {
  const document = (usd: string) =>
    PriceDocument.parse({
      source: "manual",
      asOf: "2026-11-22T00:00:00Z",
      currency: "USD",
      offerings: [
        {
          provider: "acme",
          model: "m",
          modality: "image",
          rates: [{ meter: "image", usd, per: 1, where: "#/0" }],
        },
      ],
    });
  const { changes } = diffDocuments(document("1"), document("2"));
  expect(changes.map(textOf)).toEqual(["changed acme/m image × 2/1"]);
  expect(diffDocuments(document("1"), document("1.0")).changes).toEqual([]);
});

test("a diff applied to what was before gives what is after", () => {
  const sketch = fc
    .tuple(
      fc.constantFrom("image" as const, "page" as const, "request" as const),
      fc.constantFrom("1", "2", "2.0"),
      fc.constantFrom({}, { audio: true }, { size: "1k" }),
    )
    .map(([meter, usd, when]): RateSketch => [meter, usd, 1, when]);
  const set = fc.uniqueArray(sketch, {
    selector: ([meter, , , when]) => rateKey({ meter, when: when ?? {} }),
  });
  const keyed = (rates: readonly ReturnType<typeof rateFrom>[]) =>
    Object.fromEntries(rates.map((rate) => [rateKey(rate), rate.usd.replace(".0", "")]));
  fc.assert(
    fc.property(set, set, (before, after) => {
      const result = keyed(ratesOf(before));
      for (const change of diff(before, after).changes) {
        if (change.kind === "removed") delete result[rateKey(change.before)];
        else result[rateKey(change.after)] = change.after.usd.replace(".0", "");
      }
      expect(result).toEqual(keyed(ratesOf(after)));
    }),
  );
});
