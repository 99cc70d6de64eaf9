import fc from "fast-check";
import { expect, test } from "vitest";
import { quantity } from "../meter/quantity.ts";
import { compileOffering } from "./compile-offering.ts";
import { MarkupPolicy } from "./markup.ts";
import { amountOf, rateUsage } from "./rate-usage.ts";
import { offeringFrom, type RateSketch } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");
const METERS = ["input_tokens", "output_tokens", "video_second", "image"] as const;

/** Digits of a price and how many of them stand after the point; its text is made from them alone. */
const price = fc.record({
  digits: fc.bigInt({ min: 1n, max: 10n ** 18n }),
  places: fc.integer({ min: 0, max: 18 }),
  per: fc.integer({ min: 1, max: 1_000_000_000 }),
});
const used = fc.bigInt({ min: 1n, max: 10n ** 17n });
const bps = fc.integer({ min: 0, max: 50_000 });

function textOf(digits: bigint, places: number): string {
  const padded = digits.toString().padStart(places + 1, "0");
  const whole = padded.slice(0, padded.length - places);
  return places === 0 ? whole : `${whole}.${padded.slice(padded.length - places)}`;
}

const policyOf = (percentBps: number) => MarkupPolicy.parse({ id: "p", rules: [{ id: "all", percentBps }] });

function rate(sketches: readonly RateSketch[], amounts: readonly bigint[], percentBps: number) {
  const offering = compileOffering(offeringFrom("acme", "m", "custom", sketches), policyOf(percentBps));
  const pools = new Map(sketches.map(([meter], index) => [meter, quantity(amounts[index] ?? 1n)] as const));
  const rated = rateUsage(offering, { pools, at });
  if (!rated.ok) throw new Error(rated.error.detail);
  return rated.value;
}

test("no float is in a price's path: every line equals whole-number arithmetic on the digits", () => {
  fc.assert(
    fc.property(price, used, bps, ({ digits, places, per }, billionths, percentBps) => {
      const usage = rate([["video_second", textOf(digits, places), per]], [billionths], percentBps);
      // Twice the amount, times one common denominator, so that a half is seen exactly.
      const numerator = billionths * digits * BigInt(10_000 + percentBps);
      const denominator = 10n ** BigInt(places) * BigInt(per) * 10_000n;
      const error = 2n * (usage.total * denominator - numerator);
      expect(error <= denominator && error >= -denominator).toBe(true);
      if (error === denominator || error === -denominator) expect(usage.total % 2n).toBe(0n);
    }),
  );
});

test("the total is the sum of the rounded lines, upstream and own cost likewise", () => {
  const rows = fc.array(fc.tuple(price, used), { minLength: 1, maxLength: METERS.length });
  fc.assert(
    fc.property(rows, bps, (all, percentBps) => {
      const sketches = all.map(([{ digits, places, per }], index): RateSketch => {
        return [METERS[index] ?? "image", textOf(digits, places), per];
      });
      const usage = rate(
        sketches,
        all.map(([, amount]) => amount),
        percentBps,
      );
      const usageLines = usage.lines.filter((line) => line.kind === "usage");
      expect(usage.total).toBe(usageLines.reduce((sum, line) => sum + line.amount, 0n));
      expect(usage.upstream).toBe(usageLines.reduce((sum, line) => sum + line.upstream, 0n));
      expect(usage.ownCost).toBe(usage.upstream);
      for (const line of usageLines)
        expect(line.amount).toBe(amountOf(line.billedQuantity, line.sell.perUnit));
    }),
  );
});

test("a line never undercuts list, and grows with the quantity and with the markup", () => {
  fc.assert(
    fc.property(price, used, used, bps, bps, ({ digits, places, per }, a, b, low, high) => {
      const [small, large] = a < b ? [a, b] : [b, a];
      const [less, more] = low < high ? [low, high] : [high, low];
      const total = (amount: bigint, percentBps: number) =>
        rate([["video_second", textOf(digits, places), per]], [amount], percentBps).total;
      expect(total(small, less)).toBeLessThanOrEqual(total(large, less));
      expect(total(small, less)).toBeLessThanOrEqual(total(small, more));
      expect(total(small, less)).toBeGreaterThanOrEqual(total(small, 0));
    }),
  );
});

test("scaling the price and its unit together changes nothing", () => {
  fc.assert(
    fc.property(price, used, bps, fc.integer({ min: 0, max: 6 }), (p, amount, percentBps, zeros) => {
      const per = (p.per % 1000) + 1;
      const digits = p.digits % 10n ** 12n || 1n;
      const plain = rate([["video_second", textOf(digits, p.places), per]], [amount], percentBps);
      const scaled: RateSketch = [
        "video_second",
        textOf(digits * 10n ** BigInt(zeros), p.places),
        per * 10 ** zeros,
      ];
      expect(rate([scaled], [amount], percentBps).total).toBe(plain.total);
    }),
  );
});

test("rating is the same whatever order the rates come in", () => {
  const conditional: RateSketch[] = [
    ["video_second", "0.1", 1],
    ["video_second", "0.2", 1, { resolution: "720p" }],
    ["video_second", "0.2", 1, { audio: true }],
    ["video_second", "0.3", 2, { audio: true, resolution: "720p" }],
    ["video_second", "0.4", 1, { utc_from: "10:00", utc_to: "14:00" }],
    ["video_second", "0.15", 1, { service_tier: "batch" }],
  ];
  const dimensions = fc.record(
    {
      resolution: fc.constantFrom("720p", "1080p"),
      audio: fc.boolean(),
      service_tier: fc.constantFrom("batch" as const, "flex" as const, "priority" as const),
    },
    { requiredKeys: [] },
  );
  const asText = (offering: ReturnType<typeof offeringFrom>, named: object) => {
    const rated = rateUsage(compileOffering(offering, policyOf(2000)), {
      pools: new Map([["video_second", quantity(8_000_000_000n)]]),
      dimensions: named,
      at,
    });
    if (!rated.ok) return rated.error.detail;
    return rated.value.lines.map((line) =>
      line.kind === "usage" ? [line.rate.rateId, line.ties.map(({ rateId }) => rateId), line.amount] : [],
    );
  };
  const offering = offeringFrom("acme", "m", "video", conditional);
  const orders = fc.shuffledSubarray([...offering.rates], { minLength: offering.rates.length });
  fc.assert(
    fc.property(orders, dimensions, (rates, named) => {
      expect(asText({ ...offering, rates }, named)).toEqual(asText(offering, named));
    }),
  );
});
