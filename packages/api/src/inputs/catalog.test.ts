import { expect, test } from "vitest";
import { ListProposalsInput, ListRunsInput } from "./catalog.ts";

const id = "0b54ad9d-6d12-4c2c-9a2f-2f4f4f3a1c55";
const accepts = (cursor: string): boolean[] =>
  [ListProposalsInput, ListRunsInput].map((input) => input.safeParse({ limit: 10, cursor }).success);

test("the cursor a list gives is taken back", () => {
  expect(accepts(`${new Date("2028-02-29T23:59:59.999Z").toISOString()}_${id}`)).toEqual([true, true]);
});

test.each([
  `2026-02-30T00:00:00.000Z_${id}`,
  `2026-13-01T00:00:00.000Z_${id}`,
  `2026-11-22T24:00:00.000Z_${id}`,
  `0000-01-01T00:00:00.000Z_${id}`,
  `------------------------_${id}`,
  "2026-11-22T00:00:00.000Z_------------------------------------",
  `2026-11-22T00:00:00.000Z_${id}_${id}`,
  "2026-11-22T00:00:00.000Z",
  "",
])("%j is no cursor, and never reaches the database", (cursor) => {
  expect(accepts(cursor)).toEqual([false, false]);
});
