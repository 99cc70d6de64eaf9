import { expect, test } from "vitest";
import { ageText } from "./age-text.ts";

const now = new Date("2026-11-22T12:00:00Z");
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);

test.each([
  [0, "just now"],
  [59, "just now"],
  [60, "1 min ago"],
  [3_599, "59 min ago"],
  [3_600, "1 h ago"],
  [86_399, "23 h ago"],
  [86_400, "1 day ago"],
  [3 * 86_400, "3 days ago"],
  [-2 * 3_600, "in 2 h"],
])("%i seconds are %j", (seconds, text) => {
  expect(ageText(before(seconds), now)).toBe(text);
});
