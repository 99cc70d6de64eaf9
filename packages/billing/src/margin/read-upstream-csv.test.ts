import { expect, test } from "vitest";
import { readUpstreamCsv, UpstreamMapping } from "./read-upstream-csv.ts";

const mapping = (more: object = {}) =>
  UpstreamMapping.parse({ day: "Date", model: "Model", amount: "Cost", ...more });

test("amounts are read exactly, however they are printed", () => {
  const text = [
    "Date,Model,Cost",
    "2026-11-22,a,0.1234567885", // Half a nano goes to the even neighbour.
    "2026-11-22T09:00:00Z,a,1.5e-07",
    '2026-11-22 09:00,a,"$1,234.50"',
    "1795305600,a,-2",
  ].join("\n");
  const read = readUpstreamCsv(text, mapping());
  expect(read.ok && read.value.rows.map(({ day, amount }) => [day, amount])).toEqual([
    ["2026-11-22", 123_456_788n],
    ["2026-11-22", 150n],
    ["2026-11-22", 1_234_500_000_000n],
    ["2026-11-22", -2_000_000_000n],
  ]);
  const cents = readUpstreamCsv("Date;Model;Cost\n2026-11-22;a;12.5", mapping({ amountIn: "cents" }));
  expect(cents.ok && cents.value.rows[0]?.amount).toBe(125_000_000n);
});

test("every bad row is named with its line and column", () => {
  const text =
    'Date,Model,Cost,N\n22/11/2026,a,1,1\n2026-02-30,a,1,1\n2026-11-22,,1,1\n2026-11-22,"a\nb",NaN,1\n2026-11-22,a,1,1.5\n2026-11-22,a,1,"1,5"\n2026-11-22,a,"0,125",1\n2026-11-22,a,1';
  const read = readUpstreamCsv(text, mapping({ requests: "N" }));
  expect(read).toEqual({
    ok: true,
    value: {
      rows: [],
      bad: [
        { line: 2, message: "Date: “22/11/2026” is no date of the form 2026-11-22" },
        { line: 3, message: "Date: “2026-02-30” is no date of the form 2026-11-22" },
        { line: 4, message: "Model: is empty" },
        { line: 5, message: "Cost: “NaN” is no amount" },
        { line: 7, message: "N: “1.5” is no whole number" },
        { line: 8, message: "N: “1,5” is no whole number" },
        { line: 9, message: "Cost: “0,125” is no amount" },
        { line: 10, message: "N: “” is no whole number" },
      ],
    },
  });
});

test("a document without its columns is refused whole", () => {
  expect(readUpstreamCsv("Date,Cost\n2026-11-22,1", mapping())).toEqual({
    ok: false,
    error: "there is no column “Model”; there are Date, Cost",
  });
  expect(readUpstreamCsv("Date,Model,Cost\n", mapping()).ok).toBe(false);
  expect(readUpstreamCsv('Date,Model,Cost\n2026-11-22,"a,1', mapping()).ok).toBe(false);
});

test("a row that ends before a column of the mapping is refused, not read as nothing", () => {
  const quantities = { input_tokens: "In" };
  expect(readUpstreamCsv("Date,Model,Cost,In\n2026-11-22,a,1", mapping({ quantities }))).toMatchObject({
    value: { rows: [], bad: [{ line: 2, message: "In: the row ends before it" }] },
  });
});

test("a document that lost characters, because it was not UTF-8, is refused by its line", () => {
  expect(readUpstreamCsv("Date,Model,Cost\n2026-11-22,caf\uFFFD,1", mapping())).toEqual({
    ok: false,
    error: "line 2: characters were lost because the document was not UTF-8; save it as UTF-8",
  });
});

test("empty periods are left out, thousands and zero fractions read, and quantities told by meter", () => {
  const text = [
    "Date,Model,Cost,N,In,Out",
    "2026-11-22,,,,,",
    '2026-11-23,a,1,3.0,"1,200",0',
    "2026-11-23,a,1,3,x,0",
  ].join("\n");
  const read = readUpstreamCsv(
    text,
    mapping({ requests: "N", quantities: { input_tokens: "In", output_tokens: "Out" } }),
  );
  expect(read).toMatchObject({
    value: {
      rows: [{ line: 3, requests: 3n, quantities: { input_tokens: 1200n } }],
      bad: [{ line: 4, message: "In: “x” is no whole number" }],
    },
  });
  expect(readUpstreamCsv("Date,Model,Cost\n2026-11-22,,", mapping())).toEqual({
    ok: false,
    error: "the document has no rows with a model and an amount",
  });
  expect(readUpstreamCsv("Date,Model,Cost,Cost\n2026-11-22,a,1,2", mapping())).toEqual({
    ok: false,
    error: "the column “Cost” is there twice",
  });
});
