import { expect, test } from "vitest";
import { freshnessOf } from "./freshness.ts";

const earlier = new Date("2026-11-22T00:00:00Z");
const later = new Date("2026-11-22T06:00:00Z");

test("a failure counts until the source has been read again", () => {
  expect(freshnessOf({ stale: false, checkedAt: earlier, lastFailureAt: later }).state).toBe("Failing");
  expect(freshnessOf({ stale: false, checkedAt: later, lastFailureAt: earlier }).state).toBe("Fresh");
});

test("a source that was never read is neither fresh nor stale", () => {
  expect(freshnessOf({ stale: true, checkedAt: null, lastFailureAt: null }).state).toBe("Never read");
});

test("old prices are stale, and red where they fail as well", () => {
  expect(freshnessOf({ stale: true, checkedAt: earlier, lastFailureAt: null }).state).toBe("Stale");
  expect(freshnessOf({ stale: true, checkedAt: earlier, lastFailureAt: later }).color).toBe("red");
});
