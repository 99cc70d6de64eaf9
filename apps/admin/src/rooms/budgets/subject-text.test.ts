import { expect, test } from "vitest";
import { readPercents } from "./subject-text.ts";

test("percentages are read as people type them, and anything else is none", () => {
  expect(readPercents("80, 100")).toEqual([80, 100]);
  expect(readPercents("50% 80%;100 %")).toEqual([50, 80, 100]);
  expect(readPercents("")).toEqual([]);
  for (const text of ["0", "101", "12.5", "many"]) expect(readPercents(text)).toBeNull();
});
