import { describe, expect, test } from "vitest";
import { type Figure, holds } from "./figure.ts";
import { figuresTable, threeDigits } from "./figures-table.ts";

const figure: Figure = {
  bench: "hot",
  what: "debits",
  measured: 8,
  unit: "ratio",
  target: { atLeast: 8 },
  note: "",
};

describe("a target", () => {
  test("holds at its edge and not beyond it", () => {
    expect(holds(figure)).toBe(true);
    expect(holds({ ...figure, measured: 7.999 })).toBe(false);
    expect(holds({ ...figure, target: { atMost: 8 } })).toBe(true);
    expect(holds({ ...figure, measured: 8.001, target: { atMost: 8 } })).toBe(false);
  });

  test("is neither met nor missed where nothing was measured, or where there is none", () => {
    expect(holds({ ...figure, measured: null })).toBeNull();
    expect(holds({ ...figure, target: null })).toBeNull();
  });
});

test("the table shows a line a figure, aligned, with what it was made of underneath", () => {
  const table = figuresTable([
    { ...figure, measured: 12.345, note: "24.7 : 2 a second" },
    { ...figure, bench: "growth", what: "CPU", measured: 1.31, target: { atMost: 1.3 } },
    { ...figure, bench: "single", what: "p50", measured: 7.5, unit: "ms", target: null },
    { ...figure, bench: "pgbench", what: "TPC-B", measured: null, note: "pgbench was not found" },
  ]);
  expect(table.split("\n")).toEqual([
    "bench    what        measured     target  holds",
    "-------  ------  ------------  ---------  -----",
    "hot      debits      12.3 : 1    ≥ 8 : 1    yes",
    "           24.7 : 2 a second",
    "growth   CPU         1.31 : 1  ≤ 1.3 : 1     NO",
    "single   p50           7.5 ms      shown      –",
    "pgbench  TPC-B   not measured    ≥ 8 : 1      –",
    "           pgbench was not found",
  ]);
});

test("numbers have three digits and never an exponent", () => {
  expect([0.012345, 1.2345, 12.345, 123.45, 1234.5, 1_234_567].map(threeDigits)).toEqual([
    "0.0123",
    "1.23",
    "12.3",
    "123",
    "1235",
    "1234567",
  ]);
});
