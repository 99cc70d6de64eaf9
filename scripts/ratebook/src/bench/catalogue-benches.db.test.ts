import { expect, test } from "vitest";
import { asOf } from "./as-of.ts";
import { cataloguePage } from "./catalogue-page.ts";
import { refresh } from "./refresh.ts";
import { runBenches } from "./run-benches.ts";

test("pages and past prices of a catalogue with versions are right, measured, and leave balanced books", async () => {
  const { figures, books } = await runBenches([cataloguePage, asOf], { quick: true, progress: () => {} });
  // Both check what they are answered, and throw where it is wrong.
  expect(figures.map(({ bench }) => bench)).toEqual([
    ...Array.from({ length: 4 }, () => "catalogue-page"),
    ...Array.from({ length: 4 }, () => "as-of"),
  ]);
  for (const { measured } of figures) expect(measured).toBeGreaterThan(0);
  expect(books.map(({ database, balanced }) => [database, balanced])).toEqual([
    ["catalogue_page", true],
    ["as_of", true],
  ]);
});

test("refreshing every JSON source publishes its offerings, and again writes no row", async () => {
  const { figures, books } = await runBenches([refresh], { quick: true, progress: () => {} });
  expect(figures.map(({ unit, target }) => [unit, target])).toEqual([
    ["s", { atMost: 5 }],
    ["MB", { atMost: 400 }],
    ["s", { atMost: 0.5 }],
    ["rows", { atMost: 0 }],
  ]);
  expect(figures[3]?.measured).toBe(0);
  expect(books).toEqual([{ bench: "refresh", database: "refresh_0", balanced: true, broken: [] }]);
});
