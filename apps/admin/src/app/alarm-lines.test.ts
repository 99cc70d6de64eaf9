import { expect, test } from "vitest";
import { alarmLines } from "./alarm-lines.ts";

const stale = (offering: string) => ({ offering, source: "acme", checkedAt: null, because: "never read" });
const blocked = (offering: string, escalatedAt: Date | null) => ({
  id: offering,
  offering,
  meter: "input_tokens",
  source: "acme",
  rule: "ratio_hold",
  reason: "",
  heldSince: new Date(0),
  escalatedAt,
});

test("nothing is said while all is in order, or not known yet", () => {
  expect(alarmLines(undefined, [])).toEqual([]);
  const waiting = { staleInUse: [], blockedInUse: [blocked("acme/a", null)] };
  expect(
    alarmLines(waiting, [
      { title: "Acme", stale: false, checkedAt: new Date(0) },
      { title: "Never", stale: true, checkedAt: null },
    ]),
  ).toEqual([]);
});

test("a stale source is said; a stale price in use is said before it, and louder", () => {
  const lines = alarmLines(
    { staleInUse: [stale("acme/a")], blockedInUse: [blocked("acme/b", new Date(0))] },
    [{ title: "Acme", stale: true, checkedAt: new Date(0) }],
  );
  expect(lines.map(({ text, loud }) => [text, loud])).toEqual([
    ["Stale and in use: acme/a.", true],
    ["Held for long and in use: acme/b.", true],
    ["Not read for longer than allowed: Acme.", false],
  ]);
});

test("many are counted, each once", () => {
  const many = ["acme/a", "acme/a", "acme/b", "acme/c", "acme/d"].map(stale);
  expect(alarmLines({ staleInUse: many, blockedInUse: [] }, [])[0]?.text).toBe(
    "Stale and in use: acme/a, acme/b and 2 more.",
  );
});
