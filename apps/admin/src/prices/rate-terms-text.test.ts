import { expect, test } from "vitest";
import { rateTermsText } from "./rate-terms-text.ts";

const plain = {
  unit: "second",
  minimum: null,
  increment: null,
  included: null,
  validFrom: null,
  validUntil: null,
};

test("a plain price has no terms", () => {
  expect(rateTermsText(plain)).toBeNull();
});

test("what bends a quantity is said in its unit, and until when a price holds in UTC days", () => {
  expect(
    rateTermsText({
      ...plain,
      minimum: "1",
      increment: "15",
      validUntil: new Date("2026-12-31T23:00:00Z"),
    }),
  ).toBe("at least 1 second, in steps of 15 seconds, valid until 2026-12-31");
});
