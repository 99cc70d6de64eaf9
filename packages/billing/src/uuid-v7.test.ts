import { expect, test } from "vitest";
import { createUuidV7 } from "./uuid-v7.ts";

test("ids of one millisecond, and of a clock that steps back, sort in the order they were made", () => {
  const times = [1_700_000_000_000, 1_700_000_000_000, 1_699_999_999_000, 1_700_000_000_001];
  const newId = createUuidV7(() => new Date(times.shift() ?? 1_700_000_000_001));
  const ids = [newId(), newId(), newId(), newId(), newId()];
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(5);
});

test("an id is a UUID of version 7 that begins with its time", () => {
  const id = createUuidV7(() => new Date(0x018bcfe56800))();
  expect(id).toMatch(/^018bcfe5-6800-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
