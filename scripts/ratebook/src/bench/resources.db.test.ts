import { expect, test } from "vitest";
import { resources } from "./resources.ts";
import { runBenches } from "./run-benches.ts";

test("a day of many resources is billed in steps, once, and leaves balanced books", async () => {
  const { figures, books } = await runBenches([resources], { quick: true, progress: () => {} });
  expect(figures.map(({ unit, target }) => [unit, target])).toEqual([
    ["s", { atMost: 60 }],
    ["MB", { atMost: 16 }],
    ["rows", { atMost: 0 }],
  ]);
  expect(figures[2]?.measured).toBe(0);
  expect(books).toEqual([{ bench: "resources", database: "resources", balanced: true, broken: [] }]);
});
