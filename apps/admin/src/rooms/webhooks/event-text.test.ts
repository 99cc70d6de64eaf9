import { expect, test } from "vitest";
import { deliveryOutcome, endpointState } from "./event-text.ts";

test("an endpoint that fails says so before it is disabled, and why afterwards", () => {
  const active = { state: "active", disabledBecause: null, failingSince: null } as const;
  expect(endpointState(active).word).toBe("Active");
  expect(endpointState({ ...active, failingSince: new Date() }).word).toBe("Failing");
  expect(
    endpointState({ state: "disabled", disabledBecause: "failing", failingSince: new Date() }).word,
  ).toBe("Off: failed for five days");
});

test("a delivery tells its last answer, or that there was none", () => {
  expect(deliveryOutcome({ lastStatus: 500, lastError: null, attempts: 3 })).toBe("Answered 500");
  expect(deliveryOutcome({ lastStatus: null, lastError: "Refused.", attempts: 1 })).toBe("Refused.");
  expect(deliveryOutcome({ lastStatus: null, lastError: null, attempts: 0 })).toBe("Not tried yet");
});
