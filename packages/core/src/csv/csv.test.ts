import fc from "fast-check";
import { expect, test } from "vitest";
import { readCsv } from "./read-csv.ts";
import { csvLine } from "./write-csv.ts";

test("whatever is written reads back the same, but for the apostrophe before a formula", () => {
  const cell = fc.string({ unit: "binary", maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { maxLength: 5 }), (rows) => {
      const read = readCsv(rows.map((cells) => csvLine(cells)).join(""), ",");
      const plain = read.ok ? read.value.map(({ cells }) => cells.map((text) => text.replace(/^'/, ""))) : [];
      expect(plain).toEqual(rows.map((cells) => cells.map((text) => text.replace(/^'/, ""))));
    }),
  );
});

test.each(["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=cmd|' /C calc'!A0", "＝1+1", "-"])(
  "%j is text to a spreadsheet",
  (formula) => {
    const read = readCsv(csvLine([formula, "x"]));
    expect(read.ok && read.value[0]?.cells[0]).toBe(`'${formula}`);
  },
);

test("numbers stay numbers, negative ones too", () => {
  expect(csvLine(["-0.000000001", "12", "3.5", null, "a,b", 'say "hi"'])).toBe(
    '-0.000000001,12,3.5,,"a,b","say ""hi"""\r\n',
  );
});

test("records carry the line they start on", () => {
  const read = readCsv('\uFEFFa;b\r\n"1\n2";x\n\n3;y');
  expect(read.ok && read.value).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ["1\n2", "x"] },
    { line: 5, cells: ["3", "y"] },
  ]);
});

test("a quote that is not closed names its line", () => {
  expect(readCsv('a,b\n1,"2')).toEqual({
    ok: false,
    error: { line: 2, message: "a quote is opened and never closed" },
  });
  expect(readCsv('"1"2,3').ok).toBe(false);
});
