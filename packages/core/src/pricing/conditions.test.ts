import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wholeQuantity } from "../meter/quantity.ts";
import { compareSpecificity, compileConditions, matches } from "./conditions.ts";
import type { Conditions, Dimensions } from "./price-document.ts";

const noon = new Date("2026-11-22T12:00:00Z");
const fits = (when: Conditions, dimensions: Dimensions = {}, tokens = 0n, at = noon) =>
  matches(compileConditions(when), { dimensions, totalInputTokens: wholeQuantity(tokens), at });

test("a rate without conditions matches every request", () => {
  expect(fits({}, { resolution: "4k", service_tier: "priority" }, 10n)).toBe(true);
});

test("every condition must hold, and a dimension the request did not name does not", () => {
  const when = { resolution: "720p", audio: true };
  expect(fits(when, { resolution: "720p", audio: true, mode: "x" })).toBe(true);
  expect(fits(when, { resolution: "720p", audio: false })).toBe(false);
  expect(fits(when, { resolution: "720p" })).toBe(false);
});

test("the standard tier is the same as none", () => {
  expect(fits({ service_tier: "standard" })).toBe(true);
  expect(fits({ service_tier: "standard" }, { service_tier: "standard" })).toBe(true);
  expect(fits({ service_tier: "standard" }, { service_tier: "batch" })).toBe(false);
  expect(fits({ service_tier: "batch" }, { service_tier: "standard" })).toBe(false);
});

test("a context tier begins strictly above its threshold", () => {
  const when = { total_input_tokens_above: 200_000 };
  expect(fits(when, {}, 200_000n)).toBe(false);
  expect(fits(when, {}, 200_001n)).toBe(true);
});

describe("time-of-day windows", () => {
  const day = (time: string) => new Date(`2026-11-22T${time}Z`);
  const within = (utc_from: string, utc_to: string, time: string) =>
    fits({ utc_from, utc_to }, {}, 0n, day(time));

  test("begin with their first minute and end before their last", () => {
    expect(within("08:00", "16:30", "07:59:59.999")).toBe(false);
    expect(within("08:00", "16:30", "08:00:00")).toBe(true);
    expect(within("08:00", "16:30", "16:29:59.999")).toBe(true);
    expect(within("08:00", "16:30", "16:30:00")).toBe(false);
  });

  test("may wrap midnight", () => {
    expect(within("16:30", "00:30", "16:30:00")).toBe(true);
    expect(within("16:30", "00:30", "23:59:59")).toBe(true);
    expect(within("16:30", "00:30", "00:29:59")).toBe(true);
    expect(within("16:30", "00:30", "00:30:00")).toBe(false);
    expect(within("16:30", "00:00", "23:59:59")).toBe(true);
    expect(within("16:30", "00:00", "00:00:00")).toBe(false);
  });

  test("a window and the one from its end to its beginning share the day between them", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const clock = (m: number) => new Date(m * 60_000).toISOString().slice(11, 16);
    fc.assert(
      fc.property(minute, minute, minute, (from, to, now) => {
        fc.pre(from !== to);
        const time = `${clock(now)}:00`;
        expect(within(clock(from), clock(to), time)).toBe(!within(clock(to), clock(from), time));
      }),
    );
  });
});

test("more conditions are more specific, then the higher threshold; a window is one condition", () => {
  const order: Conditions[] = [
    {},
    { service_tier: "batch" },
    { total_input_tokens_above: 200_000 },
    { total_input_tokens_above: 256_000 },
    { utc_from: "00:00", utc_to: "08:00", audio: true },
    { service_tier: "batch", total_input_tokens_above: 1 },
  ];
  const compiled = order.map(compileConditions);
  for (const [i, a] of compiled.entries()) {
    for (const [j, b] of compiled.entries())
      expect(Math.sign(compareSpecificity(a, b))).toBe(Math.sign(i - j));
  }
});
