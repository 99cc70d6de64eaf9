import fc from "fast-check";
import { expect, test } from "vitest";
import { NANOS_PER_USD, type Nanos, nanos } from "../money/nanos.ts";
import type { TopUpRule } from "./auto-top-up.ts";
import { simulateTopUps, type WalletMovement } from "./simulate-top-up.ts";

const usd = (dollars: number): Nanos => nanos(BigInt(dollars) * NANOS_PER_USD);
const rule: TopUpRule = {
  enabled: false,
  mode: "fixed",
  threshold: usd(10),
  amount: usd(20),
  dailyCap: usd(60),
  monthlyCap: usd(200),
};
const limits = { purchaseMin: usd(1), purchaseMax: usd(1000) };
const on = (day: number, dollars: number, hour = 12): WalletMovement => ({
  at: new Date(Date.UTC(2026, 9, day, hour)),
  change: usd(dollars),
});

test("a rule that is still off is played as if it had been on, and the purchases that were made count", () => {
  const movements = [on(1, -15), on(2, 50), on(3, -60)];
  expect(simulateTopUps({ ...limits, rule, opening: usd(20), movements })).toEqual({
    charges: [
      { at: movements[0]?.at, amount: usd(20), before: usd(5), after: usd(25) },
      // 25 + 50 − 60 = 15: above 10.
    ],
    total: usd(20),
    lowest: usd(5),
    stopped: [],
  });
});

test("the whole gap is closed in one charge, debt included", () => {
  // 20 − 65 = −45: 55 are missing to 10, and 60 is the least multiple of 20 that covers it.
  const { charges, lowest } = simulateTopUps({ ...limits, rule, opening: usd(20), movements: [on(1, -65)] });
  expect(charges).toMatchObject([{ amount: usd(60), before: usd(-45), after: usd(15) }]);
  expect(lowest).toBe(usd(-45));
});

test("the day's cap stops it until midnight, UTC, and one fall is told once", () => {
  const movements = [on(1, -75, 1), on(1, -20, 2), on(1, -1, 3), on(2, 0, 0)];
  const played = simulateTopUps({ ...limits, rule, opening: usd(20), movements });
  // 20 − 75 + 60 = 5, the cap is used up: 5 − 20 − 1 = −16, and 40 more come the next day.
  expect(played.charges.map(({ at, amount }) => [at.getUTCDate(), amount])).toEqual([
    [1, usd(60)],
    [2, usd(40)],
  ]);
  expect(played.stopped).toEqual([{ at: movements[1]?.at, balance: usd(-15) }]);
  expect(played.lowest).toBe(usd(-55));
});

test("no day and no month is ever charged more than its cap, and the total is the sum of the charges", () => {
  const hour = fc.record({
    hours: fc.integer({ min: 0, max: 60 }),
    dollars: fc.integer({ min: -90, max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.array(hour, { maxLength: 60 }),
      fc.constantFrom("fixed" as const, "recharge_to" as const),
      (steps, mode) => {
        let at = Date.UTC(2026, 8, 25);
        const movements = steps.map(({ hours, dollars }) => {
          at += hours * 3_600_000;
          return { at: new Date(at), change: usd(dollars) };
        });
        const played = simulateTopUps({ ...limits, rule: { ...rule, mode }, opening: usd(0), movements });
        const sums = new Map<string, bigint>();
        for (const { at: when, amount, before, after } of played.charges) {
          expect(before < rule.threshold).toBe(true);
          expect(after - before).toBe(amount);
          for (const length of [7, 10]) {
            const key = when.toISOString().slice(0, length);
            sums.set(key, (sums.get(key) ?? 0n) + amount);
          }
        }
        for (const [key, sum] of sums) {
          expect(sum <= (key.length === 7 ? rule.monthlyCap : rule.dailyCap)).toBe(true);
        }
        expect(played.total).toBe(played.charges.reduce((sum, { amount }) => sum + amount, 0n));
      },
    ),
  );
});
