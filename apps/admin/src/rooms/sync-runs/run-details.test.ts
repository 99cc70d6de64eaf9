import { describe, expect, test } from "vitest";
import { countsText, readRunDetails } from "./run-details.ts";

describe("a run for reading", () => {
  test("details of any age are read, part by part", () => {
    const nothing = { check: null, excerpt: null, findings: [], alerts: [], rowsRefused: [], offerings: [] };
    expect(readRunDetails({})).toEqual(nothing);
    expect(readRunDetails(null)).toEqual(nothing);
    expect(readRunDetails({ check: "is JSON", excerpt: "<html>", alerts: "many" })).toEqual({
      ...nothing,
      check: "is JSON",
      excerpt: "<html>",
    });
    expect(
      readRunDetails({ offerings: [{ offering: "acme/writer", outcome: "held", sentences: ["doubled"] }] })
        .offerings,
    ).toEqual([{ offering: "acme/writer", outcome: "held", sentences: ["doubled"] }]);
  });

  test("counts name what needs attention first and leave zeros out", () => {
    expect(countsText({ ok: 1200, held: 2, refused: 0, unchanged: 9 })).toBe("2 held, 1,200 ok, 9 unchanged");
    expect(countsText({})).toBe("");
  });
});
