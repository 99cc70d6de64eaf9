import { describe, expect, test } from "vitest";
import { formatQuantity, formatUsd } from "../money/format.ts";
import { compileOffering } from "./compile-offering.ts";
import { MarkupPolicy, SHIPPED_POLICY } from "./markup.ts";
import type { Dimensions } from "./price-document.ts";
import { rateUsage, type UsageToRate } from "./rate-usage.ts";
import type { RatedLine, RatedUsage, Unrated } from "./rated-usage.ts";
import { offeringFrom, poolsFrom, type RateSketch } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");
const M = 1_000_000;
const policyOf = (...rules: object[]): MarkupPolicy =>
  MarkupPolicy.parse({ id: "p", rules: [...rules, { id: "rest", percentBps: 0 }] });

type Setup = {
  provider?: string;
  rates: readonly RateSketch[];
  policy?: MarkupPolicy;
  dimensions?: Dimensions;
};

function rate(setup: Setup, quantities: Record<string, string | number>, more: Partial<UsageToRate> = {}) {
  const { provider = "acme", rates, policy = policyOf(), dimensions } = setup;
  const offering = compileOffering(offeringFrom(provider, "m", "language", rates), policy);
  return rateUsage(offering, { pools: poolsFrom(quantities), dimensions, at, ...more });
}

function rated(...args: Parameters<typeof rate>): RatedUsage {
  const result = rate(...args);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

function unrated(...args: Parameters<typeof rate>): Unrated {
  const result = rate(...args);
  if (result.ok) throw new Error(`rated at ${formatUsd(result.value.total)}`);
  return result.error;
}

const amounts = (usage: RatedUsage) => usage.lines.map((line) => formatUsd(line.amount));
const usageLines = (usage: RatedUsage) => usage.lines.filter((line) => line.kind === "usage");
const rateIds = (usage: RatedUsage) => usageLines(usage).map((line) => line.rate.rateId);
const text: RateSketch[] = [
  ["input_tokens", "1.25", M],
  ["output_tokens", "10", M],
];

describe("a line", () => {
  test("is quantity × price × markup, rounded once", () => {
    // 7 × 0.1/10^6 × 1.2 = 840 nanos; upstream 700. 1 × 0.0004/10^6 × 1.2 = 0.48 nanos: 0, upstream 0.4: 0.
    const rates: RateSketch[] = [
      ["input_tokens", "0.1", M],
      ["output_tokens", "0.0004", M],
    ];
    const usage = rated({ rates, policy: SHIPPED_POLICY }, { input_tokens: 7, output_tokens: 1 });
    expect(usage.lines.map((line) => line.amount)).toEqual([840n, 0n]);
    expect(usage.upstream).toBe(700n);
    expect(usage.total).toBe(840n);
  });

  test("half a nano goes to the even neighbour", () => {
    // 0.0005/10^6 is half a nano: 1 → 0, 3 → 1.5 → 2, 5 → 2.5 → 2.
    const half: Setup = { rates: [["input_tokens", "0.0005", M]] };
    expect([1, 3, 5].map((input_tokens) => rated(half, { input_tokens }).total)).toEqual([0n, 2n, 2n]);
  });

  test("names its rate, its markup rule and what decided the price", () => {
    const [line] = usageLines(rated({ rates: text, policy: SHIPPED_POLICY }, { input_tokens: 1000 }));
    expect(line).toMatchObject({
      meter: "input_tokens",
      ratedAs: "input_tokens",
      rate: { rateId: "#0" },
      markup: { policyId: "shipped-1", rule: { id: "standard" } },
      sell: { decidedBy: "percent" },
    });
    expect(line?.markup.passedOver).toEqual([
      { ruleId: "infrastructure", because: "modality is language, not infrastructure" },
    ]);
  });

  test("is billed after included, minimum and increment", () => {
    const terms = { included: "10", minimum: "30", increment: "6" };
    const setup: Setup = { rates: [["x_call", "1", 1, {}, terms]] };
    const billed = (x_call: number | string) => {
      const [line] = usageLines(rated(setup, { x_call }));
      return [formatQuantity(line?.quantity ?? 0n), formatQuantity(line?.billedQuantity ?? 0n)];
    };
    expect(billed(10)).toEqual(["10", "0"]);
    expect(billed("10.5")).toEqual(["10.5", "30"]);
    expect(billed(41)).toEqual(["41", "36"]);
    expect(billed("46.000000001")).toEqual(["46.000000001", "42"]);
  });
});

describe("conditions", () => {
  const tiers: RateSketch[] = [
    ["input_tokens", "1.25", M],
    ["input_tokens", "2.50", M, { total_input_tokens_above: 200_000 }],
    ["input_tokens", "0.625", M, { service_tier: "batch" }],
    ["output_tokens", "10", M],
    ["output_tokens", "15", M, { total_input_tokens_above: 200_000 }],
  ];

  test("a context tier is measured on all input and prices the whole request, output too", () => {
    const quantities = (input_tokens: number) => ({
      input_tokens,
      audio_input_tokens: 100_000,
      output_tokens: 1,
    });
    const setup: Setup = { rates: [...tiers, ["audio_input_tokens", "1", M]] };
    expect(rateIds(rated(setup, quantities(100_000)))).toEqual(["#0", "#3", "#5"]);
    expect(rateIds(rated(setup, quantities(100_001)))).toEqual(["#1", "#4", "#5"]);
  });

  test("batch without a rate of its own is rated as standard; with one it takes it", () => {
    const batch: Setup = { rates: tiers, dimensions: { service_tier: "batch" } };
    expect(rateIds(rated(batch, { input_tokens: 1, output_tokens: 1 }))).toEqual(["#2", "#3"]);
    const flex: Setup = { rates: tiers, dimensions: { service_tier: "flex" } };
    expect(rateIds(rated(flex, { input_tokens: 1, output_tokens: 1 }))).toEqual(["#0", "#3"]);
  });

  test("flex without a rate of its own still takes the context tier", () => {
    const flex: Setup = { rates: tiers, dimensions: { service_tier: "flex" } };
    expect(rateIds(rated(flex, { input_tokens: 200_001 }))).toEqual(["#1"]);
  });

  test("a rate conditioned on standard serves requests that name no tier, and discounts without a rate", () => {
    const rates: RateSketch[] = [["input_tokens", "1", M, { service_tier: "standard" }]];
    for (const service_tier of [undefined, "standard", "batch", "flex"] as const) {
      expect(rateIds(rated({ rates, dimensions: { service_tier } }, { input_tokens: 1 }))).toEqual(["#0"]);
    }
  });

  test("priority without a rate of its own is unrated", () => {
    const error = unrated({ rates: tiers, dimensions: { service_tier: "priority" } }, { input_tokens: 1 });
    expect(error).toMatchObject({ kind: "unrated", reason: "unpriced_meter", meter: "input_tokens" });
    expect(error.detail).toBe(
      "acme/m has no rate for input_tokens with service_tier priority; it prices batch",
    );
  });

  test("priority says nothing about a tool that no tier prices, where the model itself sells priority", () => {
    const rates: RateSketch[] = [
      ["input_tokens", "1", M],
      ["input_tokens", "2", M, { service_tier: "priority" }],
      ["output_tokens", "4", M],
      ["web_search", "10", 1000],
    ];
    const priority: Setup = { rates, dimensions: { service_tier: "priority" } };
    expect(rateIds(rated(priority, { input_tokens: 1, web_search: 1 }))).toEqual(["#1", "#3"]);
    expect(unrated(priority, { output_tokens: 1 }).meter).toBe("output_tokens");
  });

  const byResolution: RateSketch[] = [
    ["video_second", "0.05", 1],
    ["video_second", "0.10", 1, { resolution: "720p" }],
    ["video_second", "0.15", 1, { resolution: "1080p" }],
  ];

  test("a dimension nobody prices by is irrelevant", () => {
    expect(rateIds(rated({ rates: text, dimensions: { resolution: "720p" } }, { input_tokens: 1 }))).toEqual([
      "#0",
    ]);
    const alsoMode: Setup = { rates: byResolution, dimensions: { resolution: "720p", mode: "fast" } };
    expect(rateIds(rated(alsoMode, { video_second: 1 }))).toEqual(["#1"]);
  });

  test("an unknown value of a dimension the meter is priced by is unrated, whatever is unconditional", () => {
    const error = unrated({ rates: byResolution, dimensions: { resolution: "4k" } }, { video_second: 1 });
    expect(error.detail).toBe(
      "acme/m has no rate for video_second with resolution 4k; it prices 1080p, 720p",
    );
  });

  test("a dimension the request did not name leaves the unconditional rate, or none", () => {
    expect(rateIds(rated({ rates: byResolution }, { video_second: 1 }))).toEqual(["#0"]);
    expect(unrated({ rates: byResolution.slice(1) }, { video_second: 1 }).detail).toBe(
      'no rate of acme/m for video_second matches the request; there are rates for resolution="1080p", resolution="720p"',
    );
  });

  test("values that are priced apart but not together are unrated", () => {
    const rates: RateSketch[] = [
      ["video_second", "0.1", 1],
      ["video_second", "0.2", 1, { resolution: "720p", audio: true }],
      ["video_second", "0.3", 1, { resolution: "1080p", audio: false }],
    ];
    const asked: Setup = { rates, dimensions: { resolution: "1080p", audio: true } };
    expect(unrated(asked, { video_second: 1 }).reason).toBe("unpriced_meter");
  });

  test("equally specific rates: the dearer wins and the line names both", () => {
    const rates: RateSketch[] = [
      ["video_second", "0.15", 1, { resolution: "1080p" }],
      // 0.4 for two is the dearer, 0.2 for one.
      ["video_second", "0.4", 2, { audio: true }],
      ["video_second", "0.9", 1, { mode: "voice" }],
    ];
    const [line] = usageLines(
      rated({ rates, dimensions: { resolution: "1080p", audio: true } }, { video_second: 1 }),
    );
    expect(line?.rate.rateId).toBe("#1");
    expect(line?.ties.map((tie) => tie.rateId)).toEqual(["#0"]);
  });

  test("equally specific rates of one price: the first by name wins, in whatever order they stand", () => {
    const rates: RateSketch[] = [
      ["video_second", "0.2", 1, { resolution: "1080p" }],
      ["video_second", "0.2", 1, { audio: true }],
    ];
    for (const order of [rates, rates.toReversed()]) {
      const [line] = usageLines(
        rated({ rates: order, dimensions: { resolution: "1080p", audio: true } }, { video_second: 1 }),
      );
      expect(line?.rate.when).toEqual({ audio: true });
    }
  });

  test("the order of the rates never matters", () => {
    const shuffled = tiers.toReversed();
    const usage = { input_tokens: 250_000, output_tokens: 5 };
    const one = rated({ rates: tiers }, usage);
    const other = rated({ rates: shuffled }, usage);
    expect(amounts(other)).toEqual(amounts(one));
  });
});

describe("pools without a rate of their own", () => {
  test("are billed at their parent's only where that is the provider's practice", () => {
    const usage = { input_tokens: 10, cache_read_tokens: 10, reasoning_tokens: 1, output_tokens: 1 };
    const openai = rated({ provider: "openai", rates: text }, usage);
    expect(usageLines(openai).map(({ meter, ratedAs }) => [meter, ratedAs])).toEqual([
      ["input_tokens", "input_tokens"],
      ["cache_read_tokens", "input_tokens"],
      ["output_tokens", "output_tokens"],
      ["reasoning_tokens", "output_tokens"],
    ]);
    expect(unrated({ provider: "anthropic", rates: text }, usage).meter).toBe("cache_read_tokens");
  });

  test("are billed at their own once there is one", () => {
    const rates: RateSketch[] = [...text, ["cache_read_tokens", "0.1", M]];
    expect(rateIds(rated({ provider: "openai", rates }, { cache_read_tokens: 1 }))).toEqual(["#2"]);
  });

  test("never fall back to a parent's rate for audio or images", () => {
    for (const meter of ["audio_input_tokens", "image_output_tokens", "web_search"]) {
      expect(unrated({ provider: "openai", rates: text }, { [meter]: 1 }).meter).toBe(meter);
    }
  });
});

describe("zero and free", () => {
  test("a price of 0 that is not marked free never rates", () => {
    const error = unrated({ rates: [["input_tokens", "0", M]] }, { input_tokens: 1 });
    expect(error).toMatchObject({ reason: "unpriced_meter", meter: "input_tokens" });
  });

  test("a discount of 0 is not replaced by the full price either", () => {
    const rates: RateSketch[] = [
      ["input_tokens", "1", M],
      ["input_tokens", "0.00", M, { service_tier: "batch" }],
    ];
    expect(unrated({ rates, dimensions: { service_tier: "batch" } }, { input_tokens: 1 }).meter).toBe(
      "input_tokens",
    );
  });

  test("free stays 0 under any markup, except for a fixed fee", () => {
    const rates: RateSketch[] = [["input_tokens", "0", M, {}, { free: true }]];
    const floor = { usd: "1", per: 1 };
    const policy = policyOf({ id: "r", match: { meter: "input_tokens" }, percentBps: 2000, floor });
    expect(rated({ rates, policy }, { input_tokens: M }).total).toBe(0n);
    const withFee = policyOf({ id: "r", percentBps: 2000, feePerRequest: "0.001" });
    expect(amounts(rated({ rates, policy: withFee }, { input_tokens: M }))).toEqual(["0", "0.001"]);
  });

  test("a pool that was not used makes no line, and no price is needed for it", () => {
    expect(rated({ rates: text }, { input_tokens: 1, image: 0 }).lines).toHaveLength(1);
  });
});

describe("fees", () => {
  test("are a line of their own, once for an event whatever it used", () => {
    const policy = policyOf({ id: "fee", percentBps: 0, feePerRequest: "0.01" });
    const usage = rated({ rates: text, policy }, { input_tokens: 8, output_tokens: 1 });
    // 8 × 1250 nanos, 1 × 10000 nanos, 0.01 dollars
    expect(amounts(usage)).toEqual(["0.00001", "0.00001", "0.01"]);
    expect(usage.total).toBe(10_020_000n);
    expect(usage.lines.map((line: RatedLine) => line.kind)).toEqual(["usage", "usage", "fee"]);
    expect(usage.ownCost).toBe(20_000n);
  });

  test("an event is one request where the offering prices requests", () => {
    const rates: RateSketch[] = [...text, ["request", "0.005", 1]];
    expect(amounts(rated({ rates }, { input_tokens: 8 }))).toEqual(["0.00001", "0.005"]);
    expect(amounts(rated({ rates }, { input_tokens: 8, request: 3 }))).toEqual(["0.00001", "0.015"]);
    expect(rated({ rates }, {}).total).toBe(0n);
  });
});

describe("the customer's own key", () => {
  const byok = { billing: "byok" as const };

  test("debits the operator's fee alone; list cost is shown and is nobody's own cost", () => {
    const usage = rated({ rates: text, policy: SHIPPED_POLICY }, { input_tokens: 8000 }, byok);
    // List 8000 × 1250 nanos = $0.01; 20 % of it is the fee.
    expect(usage).toMatchObject({ billing: "byok", upstream: 10_000_000n, total: 2_000_000n, ownCost: 0n });
  });

  test("takes the fee its rule states for it, in percent or fixed", () => {
    const policy = (rule: object) => policyOf({ id: "r", percentBps: 2000, feePerRequest: "9", ...rule });
    const total = (rule: object) =>
      formatUsd(rated({ rates: text, policy: policy(rule) }, { input_tokens: 8000 }, byok).total);
    expect(total({ byok: { percentBps: 500 } })).toBe("0.0005");
    expect(total({ byok: { percentBps: 0, feePerRequest: "0.002" } })).toBe("0.002");
    expect(total({})).toBe("9.002");
    expect(total({ percentBps: -1000 })).toBe("9");
  });

  test("does not exist for the operator's own infrastructure", () => {
    const container = offeringFrom("platform", "container", "infrastructure", [["container_day", "0.67", 1]]);
    const usage = { pools: poolsFrom({ container_day: 1 }), at, ...byok };
    expect(rateUsage(compileOffering(container, SHIPPED_POLICY), usage).ok).toBe(false);
  });
});

test("an offering that is not listed is not sold, but may be previewed", () => {
  const offering = { ...offeringFrom("acme", "m", "language", text), listed: false };
  const usage = { pools: poolsFrom({ input_tokens: 1 }), at };
  const refused = rateUsage(compileOffering(offering, SHIPPED_POLICY), usage);
  expect(refused).toMatchObject({ ok: false, error: { reason: "not_listed" } });
  expect(rateUsage(compileOffering(offering, SHIPPED_POLICY), { ...usage, unlisted: "allow" }).ok).toBe(true);
});

test("own cost goes into margin, never into the price", () => {
  const rates: RateSketch[] = [["input_tokens", "1", M, {}, { ownCost: "0.8" }]];
  const usage = rated({ rates, policy: SHIPPED_POLICY }, { input_tokens: M });
  expect([usage.total, usage.upstream, usage.ownCost].map(formatUsd)).toEqual(["1.2", "1", "0.8"]);
});
