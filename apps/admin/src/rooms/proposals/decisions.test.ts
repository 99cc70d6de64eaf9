import { describe, expect, test } from "vitest";
import { batchConsequence, batchOutcome } from "./batch-text.ts";
import { readPer, readPrice } from "./corrected-price.ts";

describe("several changes at once", () => {
  const two = [{ offering: "acme/a" }, { offering: "acme/a" }];
  test("what will happen names how many, and how many nobody can activate", () => {
    expect(batchConsequence("approve", two, 1)).toBe(
      "2 changes of 1 offering take effect together, in one catalogue version, from this instant on. 1 change that nobody can activate is left out.",
    );
    expect(batchConsequence("reject", [{ offering: "acme/a" }], 0)).toMatch(/^1 change of 1 offering: /);
  });

  test("what became of it names the version and what others decided first", () => {
    expect(batchOutcome("approve", { version: 7, decided: ["a", "b"], refused: [{}] })).toBe(
      "2 changes approved, active in catalogue version 7. 1 change had been decided by somebody else.",
    );
    expect(batchOutcome("reject", { version: null, decided: ["a"], refused: [] })).toBe("1 change rejected.");
  });
});

describe("a corrected price", () => {
  test.each([
    ["0.15", "0.15"],
    ["$1,200.5", "1200.5"],
    [" 0.000000000000000001 ", "0.000000000000000001"],
  ])("%s is read exactly", (text, usd) => {
    expect(readPrice(text)).toEqual({ ok: true, value: usd });
  });

  test.each(["", "0", "0.00", "-1", "1e-7", "abc", "0,15", "0,125", "1,5", "0.0000000000000000001"])(
    "%s is refused with a sentence",
    (text) => {
      const read = readPrice(text);
      expect(read.ok ? null : read.error).toMatch(/\.$/);
    },
  );

  test("it is for a whole number of units", () => {
    expect(readPer("1,000,000")).toEqual({ ok: true, value: 1_000_000n });
    for (const text of ["0", "1.5", "1,5", "10,00", "", "1000000001"]) expect(readPer(text).ok).toBe(false);
  });
});
