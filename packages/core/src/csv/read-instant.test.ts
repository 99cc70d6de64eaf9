import fc from "fast-check";
import { expect, test } from "vitest";
import { readInstant } from "./read-instant.ts";

test.each([
  ["2026-11-22", "2026-11-22T00:00:00.000Z"],
  ["2026-11-22 10:00", "2026-11-22T10:00:00.000Z"],
  ["2026-11-22 10:00:00 UTC", "2026-11-22T10:00:00.000Z"],
  ["2026-11-22T10:00:00.5+02:00", "2026-11-22T08:00:00.500Z"],
  ["2026-11-22 23:30:00-05", "2026-11-23T04:30:00.000Z"],
  ["2026-11-22T10:00:00+0530", "2026-11-22T04:30:00.000Z"],
  ["2028-02-29", "2028-02-29T00:00:00.000Z"],
])("%j is %s", (text, instant) => {
  expect(readInstant(text)?.toISOString()).toBe(instant);
});

test.each([
  "2026-02-29",
  "2026-02-30T10:00:00Z",
  "2026-04-31 10:00",
  "2026-13-01",
  "2026-00-10",
  "2026-11-22T24:00:00Z",
  "2026-11-22T10:60:00Z",
  "2026-11-22T10:00:00+15:00",
  "2026-11-22 at noon",
  "2026-11-22T",
  "22/11/2026",
  "",
])("%j is no instant", (text) => {
  expect(readInstant(text)).toBeNull();
});

test("every instant is read back as it was written", () => {
  const range = { noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") };
  fc.assert(
    fc.property(fc.date(range), (at) => {
      expect(readInstant(at.toISOString())).toEqual(at);
    }),
  );
});
