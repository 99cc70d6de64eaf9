import { expect, test } from "vitest";
import { nextAddress } from "./next-address.ts";

test("paths of our own are kept, with their search", () => {
  expect(nextAddress({ next: "/customers/1?tab=keys" })).toBe("/customers/1?tab=keys");
});

test.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "evil",
  7,
  undefined,
])("%j leads to the overview", (next) => {
  expect(nextAddress({ next })).toBe("/");
});
