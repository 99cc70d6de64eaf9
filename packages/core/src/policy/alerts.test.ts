import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Nanos, nanos } from "../money/nanos.ts";
import { fallToTell, forecastStep, levelOf, spendDue, type WatchedLevel } from "./alerts.ts";

const usd = (dollars: number) => nanos(BigInt(dollars) * 1_000_000_000n);
const level = (dollars: number, crossed: number, announced = 0): WatchedLevel => ({
  name: `amount:${dollars}`,
  level: usd(dollars),
  crossedSeq: BigInt(crossed),
  announcedSeq: BigInt(announced),
});

describe("levels", () => {
  test("dollars are themselves, zero is empty, and a share is of the last top-up, if there was one", () => {
    expect(levelOf({ kind: "amount", amount: usd(5) }, null)).toBe(usd(5));
    expect(levelOf({ kind: "amount", amount: usd(0) }, null)).toBe(1n);
    // 20 % of 50 USD = 10 USD.
    expect(levelOf({ kind: "percent", percent: 20 }, usd(50))).toBe(usd(10));
    expect(levelOf({ kind: "percent", percent: 20 }, null)).toBeNull();
    expect(levelOf({ kind: "percent", percent: 1 }, nanos(1n))).toBeNull();
  });
});

describe("falls", () => {
  test("one that only a hold caused waits, and is told once the balance is below", () => {
    expect(fallToTell([level(5, 3)], usd(7))).toBeNull();
    expect(fallToTell([level(5, 3)], usd(4))?.tell.name).toBe("amount:5");
  });

  test("a level is told once a crossing, and again after the next", () => {
    expect(fallToTell([level(5, 3, 3)], usd(4))).toBeNull();
    expect(fallToTell([level(5, 9, 3)], usd(4))?.tell.crossedSeq).toBe(9n);
  });

  test("of several crossed at once the lowest speaks for all", () => {
    const due = fallToTell([level(20, 4), level(5, 4), level(1, 2, 2)], usd(3));
    expect(due?.tell.level).toBe(usd(5));
    expect(due?.told.map(({ level }) => level)).toEqual([usd(20), usd(5)]);
  });

  test("telling settles exactly what was due: nothing is told twice, nothing else is settled", () => {
    const levels = fc.array(
      fc.record({
        name: fc.string(),
        level: fc.bigInt({ min: 1n, max: 100n }).map(nanos),
        crossedSeq: fc.bigInt({ min: 0n, max: 20n }),
        announcedSeq: fc.bigInt({ min: 0n, max: 20n }),
      }),
    );
    fc.assert(
      fc.property(levels, fc.bigInt({ min: 0n, max: 120n }).map(nanos), (watched, balance) => {
        const due = fallToTell(watched, balance);
        if (due === null) return true;
        const after = watched.map((it) =>
          due.told.includes(it) ? { ...it, announcedSeq: it.crossedSeq } : it,
        );
        return (
          fallToTell(after, balance) === null &&
          due.told.includes(due.tell) &&
          due.told.every((it) => it.level >= due.tell.level && balance < it.level)
        );
      }),
    );
  });
});

describe("forecast", () => {
  test("it is told once below the limit and again only after the credits lasted a quarter longer", () => {
    const limitHours = 72n;
    expect(forecastStep({ limitHours, armed: true }, 71n)).toEqual({ tell: true, armed: false });
    expect(forecastStep({ limitHours, armed: false }, 40n)).toEqual({ tell: false, armed: false });
    // 72 × 1.25 = 90 hours.
    expect(forecastStep({ limitHours, armed: false }, 89n)).toEqual({ tell: false, armed: false });
    expect(forecastStep({ limitHours, armed: false }, 90n)).toEqual({ tell: false, armed: true });
    expect(forecastStep({ limitHours, armed: false }, null)).toEqual({ tell: false, armed: true });
  });

  test("between two tellings the credits lasted longer than the limit, whatever the burn does", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.bigInt({ min: 0n, max: 500n }))), (hours) => {
        let armed = true;
        let recovered = true;
        for (const left of hours) {
          const step = forecastStep({ limitHours: 72n, armed }, left);
          if (step.tell && !recovered) return false;
          if (step.tell) recovered = false;
          if (left === null || left >= 90n) recovered = true;
          armed = step.armed;
        }
        return true;
      }),
    );
  });
});

test("a limit of spending is told at the very amount, once a period, and never where there is none", () => {
  const none: Nanos | null = null;
  expect(spendDue(usd(10), usd(9), false)).toBe(false);
  expect(spendDue(usd(10), usd(10), false)).toBe(true);
  expect(spendDue(usd(10), usd(11), true)).toBe(false);
  expect(spendDue(none, usd(11), false)).toBe(false);
});
