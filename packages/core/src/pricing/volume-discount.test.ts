import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileOffering } from "./compile-offering.ts";
import { MarkupPolicy } from "./markup.ts";
import { rateUsage } from "./rate-usage.ts";
import { offeringFrom, poolsFrom } from "./testing/rates.ts";
import { applyVolume, discountOf, tierProgress, VolumeDiscount, volumeDue } from "./volume-discount.ts";

const USD = 1_000_000_000n;
const bySpend = VolumeDiscount.parse({
  id: "volume",
  by: "spend",
  tiers: [
    { above: "100", discountBps: 500 },
    { above: "1000", discountBps: 1000 },
  ],
});
const event = (gross: bigint) => ({ volume: gross, gross, room: gross });

describe("one event", () => {
  test("only what lies above a threshold is discounted, at each tier's own rate", () => {
    // From $90 by $1,000 to $1,090: $900 at 5 % = $45, $90 at 10 % = $9, the first $10 at nothing.
    const taken = discountOf(bySpend, 90n * USD, event(1000n * USD));
    expect(taken).toEqual({
      amount: 54n * USD,
      decidedBy: "tiers",
      shares: [
        { above: "100", discountBps: 500, volume: 900n * USD },
        { above: "1000", discountBps: 1000, volume: 90n * USD },
      ],
    });
  });

  test("a discount stops at the operator's cost unless it allows a loss", () => {
    const offering = offeringFrom("acme", "m", "custom", [["image", "1", 1]]);
    const policy = MarkupPolicy.parse({ id: "p", rules: [{ id: "all", percentBps: 2000 }] });
    const rated = rateUsage(compileOffering(offering, policy), {
      pools: poolsFrom({ image: 10 }),
      at: new Date("2026-11-22T12:00:00Z"),
    });
    if (!rated.ok) throw new Error(rated.error.detail);
    const half = {
      id: "half",
      by: "units",
      match: { meter: "image" },
      tiers: [{ above: "4", discountBps: 5000 }],
    };
    // 10 images at $1.20 = $12, cost $10. 6 of 10 at half price would take $3.60; the room is $2.
    const kept = applyVolume(rated.value, offering, [VolumeDiscount.parse(half)], () => 0n);
    expect(kept).toMatchObject([{ amount: 2n * USD, room: 2n * USD, decidedBy: "own_cost" }]);
    const lost = VolumeDiscount.parse({ ...half, allowLoss: true });
    expect(applyVolume(rated.value, offering, [lost], () => 0n)).toMatchObject([
      { amount: 3_600_000_000n, decidedBy: "tiers", position: 0n, volume: 10n * USD },
    ]);
  });
});

describe("where a month stands", () => {
  test("says what lies in each tier, which one comes next and how much is missing for the others", () => {
    expect(tierProgress(bySpend, 250n * USD)).toEqual({
      below: 100n * USD,
      discountBps: 500,
      tiers: [
        { above: "100", discountBps: 500, volume: 150n * USD, state: "reached", missing: 0n },
        { above: "1000", discountBps: 1000, volume: 0n, state: "ahead", missing: 750n * USD },
      ],
    });
    // At the threshold itself the next nano lies above it.
    expect(tierProgress(bySpend, 1000n * USD)).toMatchObject({
      discountBps: 1000,
      tiers: [{ state: "passed" }, { state: "reached", volume: 0n, missing: 0n }],
    });
    expect(tierProgress(bySpend, 0n)).toMatchObject({
      below: 0n,
      discountBps: 0,
      tiers: [{ state: "ahead" }, {}],
    });
  });

  test("the tiers and what lies under them add up to the month, and the discount is that of the next nano", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2000n * USD), (volume) => {
        const { below, tiers, discountBps } = tierProgress(bySpend, volume);
        expect(tiers.reduce((sum, tier) => sum + tier.volume, below)).toBe(volume);
        const [next] = discountOf(bySpend, volume, event(1n)).shares;
        expect(next?.discountBps ?? 0).toBe(discountBps);
      }),
    );
  });
});

describe("a discount that is not well-formed names its field", () => {
  const issuesOf = (discount: object) =>
    VolumeDiscount.safeParse({
      id: "v",
      by: "spend",
      tiers: [{ above: "0", discountBps: 100 }],
      ...discount,
    }).error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  test.each([
    [{ by: "units" }, "match.meter is needed to count units"],
    [
      {
        tiers: [
          { above: "5", discountBps: 1 },
          { above: "5.0", discountBps: 2 },
        ],
      },
      "tiers.1.above must be above the tier before",
    ],
    [
      {
        tiers: [
          { above: "5", discountBps: 9 },
          { above: "6", discountBps: 2 },
        ],
      },
      "tiers.1.discountBps must not be less than in the tier before",
    ],
    [
      { tiers: [{ above: "0.0000000001", discountBps: 9 }] },
      "tiers.0.above must have at most 9 decimal places",
    ],
  ])("%j", (discount, issue) => {
    expect(issuesOf(discount)).toContain(issue);
  });
});

const tiersOf = fc
  .array(fc.record({ step: fc.bigInt({ min: 1n, max: 50_000n }), more: fc.integer({ min: 0, max: 2000 }) }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((steps) => {
    let [above, discountBps] = [0n, 0];
    return steps.map(({ step, more }) => {
      above += step;
      discountBps += more;
      return { above, discountBps };
    });
  });
const monthOf = fc.record({
  tiers: tiersOf,
  by: fc.constantFrom("spend", "units" as const),
  // Volume, price of a unit in thousandths, share of it that is above cost; and how many events read an older count.
  events: fc.array(
    fc.tuple(
      fc.bigInt({ min: 0n, max: 60_000n }),
      fc.bigInt({ min: 0n, max: 3000n }),
      fc.integer({ min: 0, max: 10 }),
      fc.nat(3),
    ),
    { maxLength: 8 },
  ),
});

test("100,000 random months come to what an independent calculation says, whatever was concurrent", () => {
  let months = 0;
  fc.assert(
    fc.property(monthOf, ({ tiers, by, events }) => {
      months += 1;
      const discount = VolumeDiscount.parse({
        id: "v",
        by,
        match: { meter: "image" },
        tiers: tiers.map(({ above, discountBps }) => ({ above: nano(above), discountBps })),
        allowLoss: true,
      });
      const positions = [0n];
      const month = volumeDue();
      let given = 0n;
      for (const [volume, price, spare, behind] of events) {
        const now = positions.at(-1) ?? 0n;
        const gross = by === "spend" ? volume : (volume * price) / 1000n;
        const room = (gross * BigInt(spare)) / 10n;
        const stale = positions.at(-1 - Math.min(behind, positions.length - 1)) ?? 0n;
        given += discountOf(discount, stale, { volume, gross, room }).amount;
        month.add({ discount, volume, gross, room });
        positions.push(now + volume);
      }
      const due = month.due();
      expect(due).toBe(independently(by, tiers, events));
      // Closing the month only ever gives.
      expect(given <= due).toBe(true);
    }),
    { numRuns: 100_000 },
  );
  expect(months).toBe(100_000);
}, 120_000);

/** The discount on everything up to a volume, times 10,000: one subtraction a tier, no stretches. */
function upTo(volume: bigint, tiers: readonly { above: bigint; discountBps: number }[]): bigint {
  let [sum, rate] = [0n, 0];
  for (const { above, discountBps } of tiers) {
    if (volume > above) sum += (volume - above) * BigInt(discountBps - rate);
    rate = discountBps;
  }
  return sum;
}

function independently(
  by: string,
  tiers: readonly { above: bigint; discountBps: number }[],
  events: readonly (readonly [bigint, bigint, number, number])[],
): bigint {
  if (by === "spend") {
    const total = events.reduce((sum, [volume]) => sum + volume, 0n);
    const room = events.reduce((sum, [volume, , spare]) => sum + (volume * BigInt(spare)) / 10n, 0n);
    const wanted = upTo(total, tiers) / 10_000n;
    return wanted < room ? wanted : room;
  }
  let [sum, before] = [0n, 0n];
  for (const [volume, price, spare] of events) {
    const gross = (volume * price) / 1000n;
    const room = (gross * BigInt(spare)) / 10n;
    const share = upTo(before + volume, tiers) - upTo(before, tiers);
    const wanted = volume === 0n ? 0n : (gross * share) / (10_000n * volume);
    sum += wanted < room ? wanted : room;
    before += volume;
  }
  return sum;
}

const nano = (amount: bigint): string => `0.${amount.toString().padStart(9, "0")}`;

test("an event that was given back in full keeps its place in the tiers and gets nothing more than it had off", () => {
  const month = volumeDue();
  const add = (gross: bigint, returned?: bigint) =>
    month.add({ discount: bySpend, ...event(gross), returned });
  add(100n * USD);
  // It was priced from $0 by a debit that read an old count, and then given back: $5 at its place, $0 off.
  add(100n * USD, 0n);
  expect(month.due()).toBe(0n);
  // From $200 to $300 at 5 %.
  add(100n * USD);
  expect(month.due()).toBe(5n * USD);
});
