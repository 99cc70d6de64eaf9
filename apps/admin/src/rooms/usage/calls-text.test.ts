import { expect, test } from "vitest";
import { callsText } from "./calls-text.ts";

test("what is billed by the day counts its bills, not calls it never had", () => {
  expect(callsText({ requests: 1234, bills: 0 })).toBe("1,234");
  expect(callsText({ requests: 0, bills: 1 })).toBe("1 bill");
  expect(callsText({ requests: 0, bills: 30 })).toBe("30 bills");
  expect(callsText({ requests: 12, bills: 30 })).toBe("12 and 30 bills");
});
