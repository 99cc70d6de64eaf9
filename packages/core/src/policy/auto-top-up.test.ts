import fc from "fast-check";
import { expect, test } from "vitest";
import { lesser, NANOS_PER_USD, type Nanos, nanos } from "../money/nanos.ts";
import {
  afterDecline,
  defaultCaps,
  MOST_DECLINES,
  NANOS_PER_CENT,
  type TopUpFacts,
  type TopUpRule,
  topUpDue,
} from "./auto-top-up.ts";

const usd = (dollars: number): Nanos => nanos(BigInt(dollars) * NANOS_PER_USD);
const now = new Date("2026-11-22T12:00:00Z");
const rule: TopUpRule = {
  enabled: true,
  mode: "fixed",
  threshold: usd(10),
  amount: usd(20),
  dailyCap: usd(60),
  monthlyCap: usd(200),
};
const facts: TopUpFacts = {
  balance: usd(9),
  debt: usd(0),
  now,
  underWay: false,
  hasCard: true,
  frozen: false,
  suspended: false,
  retryAt: null,
  chargedToday: usd(0),
  chargedThisMonth: usd(0),
  purchaseMin: usd(1),
  purchaseMax: usd(1000),
};

test.each([
  ["one amount where that is enough", {}, {}, usd(20)],
  ["the whole gap in one charge", {}, { balance: usd(0), debt: usd(50) }, usd(60)],
  ["no more than the day's cap leaves", {}, { debt: usd(50), chargedToday: usd(30) }, usd(20)],
  [
    "up to the level in whole cents",
    { mode: "recharge_to" },
    { balance: nanos(4_999_999_999n) },
    nanos(15_010_000_000n),
  ],
  ["no more than the month's cap leaves", { mode: "recharge_to" }, { chargedThisMonth: usd(195) }, usd(5)],
] as const)("charges %s", (_name, otherRule, otherFacts, amount) => {
  expect(topUpDue({ ...rule, ...otherRule }, { ...facts, ...otherFacts })).toEqual({ due: true, amount });
});

test.each([
  ["off", { enabled: false }, {}],
  ["enough", {}, { balance: usd(10) }],
  ["under_way", {}, { underWay: true }],
  ["frozen", {}, { frozen: true }],
  ["suspended", {}, { suspended: true }],
  ["backing_off", {}, { retryAt: new Date("2026-11-22T12:00:01Z") }],
  ["no_card", {}, { hasCard: false }],
  ["cap_reached", {}, { chargedToday: usd(41) }],
  ["cap_reached", {}, { chargedThisMonth: usd(200) }],
] as const)("charges nothing: %s", (because, otherRule, otherFacts) => {
  expect(topUpDue({ ...rule, ...otherRule }, { ...facts, ...otherFacts })).toEqual({ due: false, because });
});

const cents = (max: number) => fc.integer({ min: 0, max }).map((n) => nanos(BigInt(n) * NANOS_PER_CENT));

test("a charge is whole cents, within every cap and limit, only below the threshold, and closes the gap or uses up the room", () => {
  fc.assert(
    fc.property(
      fc.record({
        mode: fc.constantFrom("fixed" as const, "recharge_to" as const),
        threshold: cents(5_000),
        above: cents(10_000),
        amount: cents(100_000),
        dailyCap: cents(300_000),
        monthlyCap: cents(1_000_000),
        balance: fc.bigInt({ min: 0n, max: 100n * NANOS_PER_USD }),
        debt: fc.bigInt({ min: 0n, max: 100n * NANOS_PER_USD }),
        chargedToday: cents(300_000),
        chargedThisMonth: cents(1_000_000),
      }),
      (it) => {
        const least = usd(1);
        const given = {
          ...it,
          enabled: true,
          amount: nanos((it.mode === "fixed" ? it.amount : it.threshold + it.above) + least),
        };
        const known = { ...facts, ...it, balance: nanos(it.balance), debt: nanos(it.debt) };
        const decision = topUpDue(given, known);
        const net = it.balance - it.debt;
        if (net >= it.threshold) {
          expect(decision).toEqual({ due: false, because: "enough" });
          return;
        }
        const today = nanos(it.dailyCap - it.chargedToday);
        const thisMonth = nanos(it.monthlyCap - it.chargedThisMonth);
        const room = lesser(facts.purchaseMax, lesser(today, thisMonth));
        const step = it.mode === "fixed" ? given.amount : NANOS_PER_CENT;
        if (!decision.due) {
          expect(decision.because).toBe("cap_reached");
          expect(room < (it.mode === "fixed" ? step : least)).toBe(true);
          return;
        }
        expect(decision.amount % NANOS_PER_CENT).toBe(0n);
        expect(decision.amount >= least && decision.amount <= room).toBe(true);
        const goal = it.mode === "fixed" ? it.threshold : given.amount;
        expect(net + decision.amount >= goal || room - decision.amount < step).toBe(true);
        // Never a step more than it takes.
        if (decision.amount > least) expect(net + decision.amount - step < goal).toBe(true);
      },
    ),
  );
});

test("three declines in a row end it, after an hour and six more", () => {
  expect(afterDecline(1, now)).toEqual({ suspended: false, retryAt: new Date("2026-11-22T13:00:00Z") });
  expect(afterDecline(2, now)).toEqual({ suspended: false, retryAt: new Date("2026-11-22T18:00:00Z") });
  expect(afterDecline(MOST_DECLINES, now)).toEqual({ suspended: true });
});

test("caps that nobody named are 3 and 10 times the amount", () => {
  expect(defaultCaps(usd(20))).toEqual({ daily: usd(60), monthly: usd(200) });
});
