import { expect, test } from "vitest";
import { countFalseAlarms, repricingsOf } from "./repricings.ts";

const price = (usd: string) => ({ offering: "acme/m", meter: "input_tokens", usd, per: 1_000_000n });
const versions = (...prices: [day: string, usd: string][]) =>
  prices.map(([day, usd]) => ({
    at: new Date(`${day}T12:00:00Z`),
    prices: new Map([["acme/m input", price(usd)]]),
  }));
const verdicts = (...prices: [string, string][]) =>
  repricingsOf(versions(...prices)).map(
    ({ before, after, ordinary }) => `${before.usd} ${after.usd} ${ordinary}`,
  );

test("a price that stays is an ordinary one; the same again is none", () => {
  expect(verdicts(["2026-01-01", "1"], ["2026-02-01", "1"], ["2026-03-01", "1.5"])).toEqual(["1 1.5 true"]);
});

test("one that is taken back within 45 days is not; later it was a price of its own", () => {
  const back = (day: string) => verdicts(["2026-01-01", "1"], ["2026-02-01", "2"], [day, "1"])[0];
  expect(back("2026-03-01")).toBe("1 2 false");
  expect(back("2026-06-01")).toBe("1 2 true");
});

test("a mistake and its correction are not", () => {
  expect(verdicts(["2026-01-01", "1"], ["2026-02-01", "4"], ["2026-08-01", "0.5"])).toEqual([
    "1 4 false",
    "4 0.5 false",
  ]);
  expect(verdicts(["2026-01-01", "100"], ["2026-02-01", "201"])).toEqual(["100 201 false"]);
});

test("alarms are counted on ordinary repricings alone, the small ones by themselves", () => {
  const all = repricingsOf(
    versions(["2026-01-01", "1"], ["2026-03-01", "1.5"], ["2026-06-01", "4"], ["2026-09-01", "40"]),
  );
  const counts = countFalseAlarms(
    all,
    () => true,
    ({ after }) => after.usd === "1.5",
  );
  // 1.5 to 4 is later corrected by ten, 4 to 40 is no ordinary step.
  expect(counts).toEqual({
    repricings: 3,
    ordinary: 1,
    heldWithoutWitness: 1,
    heldWithWitness: 0,
    small: 1,
    smallHeld: 1,
  });
});
