import { expect, test } from "vitest";
import { countdownText, runwayText } from "./countdown-text.ts";

const now = new Date("2026-11-22T00:00:00Z");

test.each([
  [48 * 60, "2 days"],
  [47 * 60 + 59, "1 day 23 h"],
  [72, "1 h 12 min"],
  [12, "12 min"],
  [0, "now"],
  [-5, "now"],
])("%i minutes: %s", (minutes, text) => {
  expect(countdownText(new Date(now.getTime() + minutes * 60_000), now)).toBe(text);
});

test("a runway is said in days, and a dash where nothing is spent", () => {
  expect([null, 0, 1, 1.5, 12_345].map(runwayText)).toEqual([
    "–",
    "0 days",
    "1 day",
    "1.5 days",
    "1,000 days or more",
  ]);
});
