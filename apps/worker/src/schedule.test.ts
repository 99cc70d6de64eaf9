import { SOURCES } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { describe, expect, test } from "vitest";
import { parseSchedule, previousSlot } from "./schedule.ts";
import { TICKS } from "./ticks.ts";

const at = new Date("2026-11-22T10:43:27.500Z");
const slotBefore = (expression: string, instant = at) =>
  previousSlot(must(parseSchedule(expression), "it is a cron expression"), instant)?.toISOString() ?? null;

describe("the slot that was due last", () => {
  test.each([
    ["* * * * *", "2026-11-22T10:43:00.000Z"],
    ["17 */6 * * *", "2026-11-22T06:17:00.000Z"],
    ["10 3 * * *", "2026-11-22T03:10:00.000Z"],
    ["50 23 * * *", "2026-11-21T23:50:00.000Z"],
    ["0 4 * * 1", "2026-11-16T04:00:00.000Z"],
  ])("of %s is %s", (expression, slot) => {
    expect(slotBefore(expression)).toBe(slot);
  });

  test("is the instant itself when that is due", () => {
    expect(slotBefore("10 3 * * *", new Date("2026-11-22T03:10:00Z"))).toBe("2026-11-22T03:10:00.000Z");
  });

  test("is nothing for a day that was long ago", () => {
    expect(slotBefore("0 0 1 1 *")).toBeNull();
  });
});

test("what is no cron expression of five fields is no schedule", () => {
  for (const text of ["", "hourly", "* * * *", "* * * * * *", "61 * * * *"])
    expect(parseSchedule(text), text).toBeNull();
});

test("every source and every tick has a schedule", () => {
  const expressions = [
    ...SOURCES.map(({ schedule }) => schedule),
    ...TICKS.map(({ expression }) => expression),
  ];
  for (const expression of expressions) expect(parseSchedule(expression), expression).not.toBeNull();
});
