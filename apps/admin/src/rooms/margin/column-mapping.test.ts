import { expect, test } from "vitest";
import { complete, fitted, type KeptMapping, NO_MAPPING, roleOf } from "./column-mapping.ts";
import { readDocument } from "./read-document.ts";

const kept: KeptMapping = {
  day: "date",
  model: "name",
  amount: "cost",
  amountIn: "cents",
  requests: "n",
  models: { one: "acme/one" },
  quantities: { input_tokens: "in", output_tokens: "out" },
};

test("a kept mapping is taken as far as the document has its columns, and is complete with the three", () => {
  const mapping = fitted(kept, ["date", "name", "cost", "in"]);
  expect(mapping).toEqual({ ...kept, requests: null, quantities: { input_tokens: "in" } });
  expect(complete(mapping)).toEqual(mapping);
  expect(complete(fitted(kept, ["date", "name"]))).toBeNull();
  expect(fitted(undefined, ["date"])).toEqual(NO_MAPPING);
  expect(["date", "in", "cost", "other"].map((column) => roleOf(column, mapping))).toEqual([
    "Day",
    "input_tokens",
    "Amount",
    null,
  ]);
});

test("the beginning of a document is read by its columns, whatever is wrong with the rest", () => {
  const csv = `\uFEFF date ,name,,date\n2026-11-22,"a,b",x,y\n${"2026-11-23,c,,\n".repeat(20_000)}"`;
  const { columns, rows } = readDocument("a.csv", csv);
  expect(columns).toEqual(["date", "name"]);
  expect(rows.slice(0, 2)).toEqual([
    ["2026-11-22", "a,b"],
    ["2026-11-23", "c"],
  ]);
  expect(rows).toHaveLength(5);
  expect(readDocument("b.csv", '"').columns).toEqual([]);
});
