import fc from "fast-check";
import { expect, test } from "vitest";
import { type CsvError, type CsvRecord, readCsv, readCsvStream } from "./read-csv.ts";
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

/** What a stream of pieces is read as. */
async function streamed(
  pieces: readonly string[],
): Promise<{ records: CsvRecord[]; error: CsvError | null }> {
  const records: CsvRecord[] = [];
  async function* source() {
    yield* pieces;
  }
  for await (const record of readCsvStream(source())) {
    if (!record.ok) return { records, error: record.error };
    records.push(record.value);
  }
  return { records, error: null };
}

test("a document in pieces, cut anywhere, reads as the whole does", async () => {
  const letter = fc.constantFrom("a", "1", ",", ";", '"', "\r", "\n", "\t", "é", "€", "\uFEFF");
  const text = fc.array(letter, { maxLength: 60 }).map((letters) => letters.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 6 }), async (document, cuts) => {
      const places = [0, ...cuts.map((cut) => Math.min(cut, document.length)), document.length];
      places.sort((a, b) => a - b);
      const pieces = places.slice(1).map((end, at) => document.slice(places[at], end));
      const whole = readCsv(document);
      const { records, error } = await streamed(pieces);
      if (whole.ok) expect({ records, error }).toEqual({ records: whole.value, error: null });
      else expect(error).toEqual(whole.error);
    }),
    // Only the first mark is one; a second that begins a piece is text.
    { numRuns: 2_000, examples: [["\uFEFF\uFEFF", [1]]] },
  );
});

test("a quote that is never closed is told before it fills memory", async () => {
  const { error } = await streamed(['a,b\n1,"', ...Array.from({ length: 30 }, () => "x".repeat(100_000))]);
  expect(error).toEqual({ line: 2, message: expect.stringContaining("is a quote opened and never closed?") });
});
