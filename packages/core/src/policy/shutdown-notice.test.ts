import fc from "fast-check";
import { expect, test } from "vitest";
import { nanos } from "../money/nanos.ts";
import { runwayMs } from "./runway.ts";
import { liftLevel, NOTICE_MS, type ShutdownNotice, stepNotice, stopsAt } from "./shutdown-notice.ts";

const HOUR = 3_600_000;
const t0 = Date.parse("2026-11-22T00:00:00Z");
const at = (hours: number): Date => new Date(t0 + hours * HOUR);
const hours = (n: number): bigint => BigInt(n * HOUR);
const ACTIVE: ShutdownNotice = { state: "active" };

test.each([
  [49, null],
  [48, "warn"],
  [0, "warn"],
])("credits for %i hours: %s", (left, action) => {
  expect(stepNotice(ACTIVE, { now: at(0), runwayMs: hours(left), running: 1 }).action).toBe(action);
});

test("nothing that runs is nothing to warn of, and neither is a wallet that spends nothing", () => {
  expect(stepNotice(ACTIVE, { now: at(0), runwayMs: 0n, running: 0 }).notice).toEqual(ACTIVE);
  expect(stepNotice(ACTIVE, { now: at(0), runwayMs: null, running: 3 }).notice).toEqual(ACTIVE);
});

test("the clock runs from the delivery of the warning, and the warning is repeated until it is delivered", () => {
  const { notice } = stepNotice(ACTIVE, { now: at(0), runwayMs: 0n, running: 1 });
  const late = stepNotice(notice, { now: at(100), runwayMs: 0n, running: 1 });
  expect(late).toEqual({ notice, action: "warn" });
  const delivered: ShutdownNotice = { state: "warned", warnedAt: at(0), deliveredAt: at(100) };
  expect(stepNotice(delivered, { now: at(147), runwayMs: 0n, running: 1 }).action).toBeNull();
  expect(stepNotice(delivered, { now: at(148), runwayMs: 0n, running: 1 }).action).toBe("stop");
  expect(stopsAt(delivered, at(101), 0n)).toEqual(at(148));
  expect(stopsAt(delivered, at(101), hours(60))).toEqual(at(161));
});

test("a few credits put a stop off, many end the notice", () => {
  const stopping: ShutdownNotice = {
    state: "stopping",
    warnedAt: at(0),
    deliveredAt: at(0),
    stoppingAt: at(50),
  };
  expect(stepNotice(stopping, { now: at(51), runwayMs: hours(5), running: 2 })).toEqual({
    notice: { state: "warned", warnedAt: at(0), deliveredAt: at(0) },
    action: "cancel",
  });
  expect(stepNotice(stopping, { now: at(51), runwayMs: hours(49), running: 2 })).toEqual({
    notice: ACTIVE,
    action: "cancel",
  });
  expect(stepNotice(stopping, { now: at(51), runwayMs: 0n, running: 0 }).notice.state).toBe("stopped");
});

test("whatever happens, nothing is stopped early, with credits left, or forgotten", () => {
  const step = fc.record({
    pauseHours: fc.integer({ min: 0, max: 30 }),
    runwayHours: fc.option(fc.integer({ min: -5, max: 80 }), { nil: null }),
    running: fc.integer({ min: 0, max: 3 }),
    delivers: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let notice: ShutdownNotice = ACTIVE;
      let now = t0;
      for (const { pauseHours, runwayHours, running, delivers } of steps) {
        now += pauseHours * HOUR;
        const runwayMs = runwayHours === null ? null : hours(runwayHours);
        const { notice: next, action } = stepNotice(notice, { now: new Date(now), runwayMs, running });
        if (action === "stop") {
          expect(next.state).toBe("stopping");
          if (next.state === "stopping") {
            expect(now - next.deliveredAt.getTime()).toBeGreaterThanOrEqual(NOTICE_MS);
          }
          expect(runwayMs !== null && runwayMs <= 0n && running > 0).toBe(true);
        }
        if (running > 0 && (runwayMs === null || runwayMs > BigInt(NOTICE_MS)))
          expect(next.state).toBe("active");
        if (running > 0 && runwayMs !== null && runwayMs <= 0n) expect(next.state).not.toBe("active");
        notice =
          next.state === "warned" && next.deliveredAt === null && delivers
            ? { ...next, deliveredAt: new Date(now) }
            : next;
      }
      // Once delivered, two days without credits always end in a stop.
      if (notice.state === "warned" && notice.deliveredAt !== null) {
        const later = new Date(now + NOTICE_MS);
        expect(stepNotice(notice, { now: later, runwayMs: 0n, running: 1 }).action).toBe("stop");
      }
    }),
  );
});

test("the level of a notice is the very nano at which credits lift it", () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(nanos);
  const cost = fc.bigInt({ min: 1n, max: 10n ** 13n }).map(nanos);
  const warned: ShutdownNotice = { state: "warned", warnedAt: at(0), deliveredAt: at(0) };
  const stopping: ShutdownNotice = { ...warned, state: "stopping", deliveredAt: at(0), stoppingAt: at(50) };
  fc.assert(
    fc.property(amount, cost, fc.constantFrom(warned, stopping), (accrued, daily, notice) => {
      const level = liftLevel(notice, { accrued, daily });
      if (level === null) throw new Error("a notice has a level");
      const stateWith = (available: bigint) => {
        const facts = { available: nanos(available), debt: nanos(0n), accrued, daily };
        return stepNotice(notice, { now: at(51), runwayMs: runwayMs(facts), running: 1 }).notice.state;
      };
      expect(stateWith(level)).toBe(notice.state === "warned" ? "active" : "warned");
      expect(stateWith(level - 1n)).toBe(notice.state);
    }),
  );
  expect(liftLevel(ACTIVE, { accrued: nanos(0n), daily: nanos(1n) })).toBeNull();
  expect(liftLevel(warned, { accrued: nanos(0n), daily: nanos(0n) })).toBeNull();
});
