import { expect, test } from "vitest";
import { complete, fitted, type KeptMapping, NO_MAPPING, roleOf } from "./column-mapping.ts";
import { readDocument, readText } from "./read-document.ts";

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

test("a file that is not UTF-8 is refused instead of read with holes", () => {
  const bytes = (...parts: number[]) => new Uint8Array(parts).buffer;
  expect(readText(bytes(0x63, 0x61, 0x66, 0xc3, 0xa9))).toBe("café");
  // Latin-1, then UTF-16 with a mark and without one.
  expect(readText(bytes(0x63, 0x61, 0x66, 0xe9))).toBeNull();
  expect(readText(bytes(0xff, 0xfe, 0x63, 0x00))).toBeNull();
  expect(readText(bytes(0x63, 0x00, 0x61, 0x00))).toBeNull();
});
