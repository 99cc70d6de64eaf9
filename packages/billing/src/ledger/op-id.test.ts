import { expect, test } from "vitest";
import { opId } from "./op-id.ts";

const V7 = "0198C0DE-1234-7abc-9def-0123456789ab";
const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("a key becomes the same UUIDv8 every time, and another one in another namespace", () => {
  expect(opId("usage", "order-1")).toMatch(V8);
  expect(opId("usage", "order-1")).toBe(opId("usage", "order-1"));
  expect(opId("usage", "order-1")).not.toBe(opId("hold", "order-1"));
  expect(opId("a", "bc")).not.toBe(opId("ab", "c"));
});

test("a caller's own UUIDv7 is kept, in lower case, for usage only", () => {
  expect(opId("usage", V7)).toBe(V7.toLowerCase());
  expect(opId("payment", V7)).toMatch(V8);
});

test("a caller cannot name an internal operation's id: other UUIDs are hashed", () => {
  const internal = opId("payment", "stripe pi_1");
  expect(opId("usage", internal)).not.toBe(internal);
});
