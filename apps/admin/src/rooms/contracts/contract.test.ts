import { must } from "@ratebook/core";
import { expect, test } from "vitest";
import { type Contract, overlapping, replaceable, spanText } from "./contract.ts";

const version = (from: string, until: string | null, state: Contract["state"] = "active") =>
  ({
    label: from,
    state,
    validFrom: new Date(from),
    validUntil: until === null ? null : new Date(until),
  }) as Contract;

test("a span says days where it begins and ends at midnight, else minutes", () => {
  expect(spanText(version("2026-11-28T00:00:00Z", "2027-11-28T00:00:00Z"))).toBe("2026-11-28 to 2027-11-28");
  expect(spanText(version("2026-11-28T09:30:05Z", null))).toBe("2026-11-28 09:30 on");
  expect(spanText(version("2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"))).toBe(
    "called off before it began",
  );
});

test("versions overlap where both hold in one instant; ends are half-open", () => {
  const held = version("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "ended");
  const open = version("2026-03-01T00:00:00Z", null);
  const calledOff = version("2026-02-10T00:00:00Z", "2026-02-10T00:00:00Z", "ended");
  const between = (from: string, until: string | null) =>
    overlapping([open, calledOff, held], {
      from: new Date(from),
      until: until === null ? null : new Date(until),
    });
  expect(between("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")).toEqual([]);
  expect(between("2026-01-31T23:59:00Z", "2026-03-01T00:01:00Z")).toEqual([open, held]);
  expect(between("2026-02-01T00:00:00Z", null)).toEqual([open]);
});

test("only the one version that began before can be replaced", () => {
  const now = new Date("2026-06-01T00:00:00Z");
  const active = version("2026-03-01T00:00:00Z", null);
  const scheduled = version("2026-09-01T00:00:00Z", null, "scheduled");
  expect(must(replaceable([active], now), "it holds")).toBe(active);
  expect(replaceable([scheduled], now)).toBeNull();
  expect(replaceable([active, scheduled], now)).toBeNull();
  expect(replaceable([], now)).toBeNull();
});
