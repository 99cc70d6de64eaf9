import { expect, test } from "vitest";
import { seeded } from "./seeded.ts";
import { spoilAmount } from "./spoil-price.ts";

test("a thousand times more or less is exact, however the amount is written", () => {
  expect(spoilAmount("1.5e-07", "thousandfold", seeded(1))).toBe("0.00015");
  expect(spoilAmount("2.50", "thousandth", seeded(1))).toBe("0.0025");
});

test("yuan are 7.2 times the dollars", () => {
  expect(spoilAmount("1.25", "yuan", seeded(1))).toBe("9");
});

test("a lost digit is one of the amount's own", () => {
  const results = new Set(
    Array.from({ length: 40 }, (_, seed) => spoilAmount("1.25", "digit", seeded(seed))),
  );
  expect(results).toEqual(new Set([".25", "1.5", "1.2"]));
  const small = new Set(Array.from({ length: 40 }, (_, seed) => spoilAmount("0.05", "digit", seeded(seed))));
  expect(small).toEqual(new Set(["0.5", "0.0"]));
});

test("what is no amount, or 0, is left alone", () => {
  for (const text of ["-", "free", "0", "0.00"]) expect(spoilAmount(text, "digit", seeded(1))).toBeNull();
  expect(spoilAmount("5", "digit", seeded(1))).toBeNull();
});
