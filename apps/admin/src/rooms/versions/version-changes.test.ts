import { fraction } from "@ratebook/core";
import { expect, test } from "vitest";
import {
  changeCounts,
  changesWith,
  ratioOf,
  readVersion,
  rollbackText,
  sidesOf,
  type VersionChange,
  type VersionRate,
} from "./version-changes.ts";

const rate = (offering: string, usd: string): VersionRate => ({
  rateId: `${offering} ${usd}`,
  offering,
  meter: "input_tokens",
  usd,
  per: 1_000_000n,
  when: {},
  free: false,
  minimum: null,
  increment: null,
  included: null,
  ownCost: null,
  validFrom: null,
  validUntil: null,
  source: "acme",
  sha256: "0".repeat(64),
  where: null,
  openedVersion: 1,
  openedAt: new Date("2026-03-01T00:00:00Z"),
  closedVersion: null,
  closedAt: null,
});

const added: VersionChange = { kind: "added", key: "a", after: rate("acme/new", "1") };
const removed: VersionChange = { kind: "removed", key: "b", before: rate("acme/old", "1") };
const changed = (num: bigint, den: bigint, repriced = true): VersionChange => ({
  kind: "changed",
  key: "c",
  before: rate("bolt/writer", "3"),
  after: rate("bolt/writer", "1"),
  ratio: fraction(num, den),
  repriced,
});

test("a change has the sides that its versions have", () => {
  expect(sidesOf(added).before).toBeNull();
  expect(sidesOf(removed).after).toBeNull();
  expect(sidesOf(changed(1n, 3n))).toMatchObject({ before: { usd: "3" }, after: { usd: "1" } });
});

test("the ratio is cut at nine places, exact where that would be nothing, and only of a new price", () => {
  // 1 / 3 = 0.333 333 333…
  expect(ratioOf(changed(1n, 3n))).toBe("0.333333333");
  expect(ratioOf(changed(2n, 1n))).toBe("2");
  expect(ratioOf(changed(1n, 10n ** 12n))).toBe(`1/${10n ** 12n}`);
  expect(ratioOf(changed(1n, 1n, false))).toBeNull();
  expect(ratioOf(added)).toBeNull();
});

test("changes are counted by kind, and found by words of offering, meter and source", () => {
  const all = [added, removed, changed(1n, 3n)];
  expect(changeCounts(all)).toEqual({ added: 1, changed: 1, removed: 1 });
  expect(changesWith(all, "WRITER input")).toEqual([all[2]]);
  expect(changesWith(all, "  ")).toEqual(all);
  expect(changesWith(all, "acme nothing")).toEqual([]);
});

test("only a whole number names a version", () => {
  expect([
    readVersion("12"),
    readVersion("0"),
    readVersion("1.5"),
    readVersion("-1"),
    readVersion(null),
  ]).toEqual([12, 0, null, null, null]);
});

test("a rollback says what it does, and only that", () => {
  expect(rollbackText({ added: 0, changed: 1, removed: 0, overrides: 1 })).toBe(
    "1 rate changed: as a new version, from this instant on. What was debited in between keeps its prices. No source touches 1 meter until you end the overrides.",
  );
  expect(rollbackText({ added: 2, changed: 0, removed: 3, overrides: 4 })).toMatch(
    /^2 rates back in force, 3 rates closed: .* 4 meters/,
  );
});
