import { expect, test } from "vitest";
import { BENCHES } from "./benches.ts";
import { runBenches } from "./run-benches.ts";
import { usage } from "./usage.ts";

test("usage is explored and downloaded as people and programs do it, foots, and leaves balanced books", async () => {
  const { figures, books } = await runBenches([usage], { quick: true, progress: () => {} });
  expect(figures.map(({ unit, target }) => [unit, target])).toEqual([
    ["ms", { atMost: 300 }],
    ["ms", { atMost: 300 }],
    ["ms", { atMost: 300 }],
    ["ms", { atMost: 300 }],
    ["s", null],
    ["MB", { atMost: 64 }],
    ["s", null],
    ["MB", { atMost: 64 }],
  ]);
  expect(books).toEqual([{ bench: "usage", database: "usage", balanced: true, broken: [] }]);
});

test("a bench of many minutes runs only where it is named", () => {
  expect(BENCHES.filter(({ optIn }) => optIn).map(({ name }) => name)).toEqual(["usage"]);
});
