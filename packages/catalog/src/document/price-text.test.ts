import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonNumber } from "./digits-json.ts";
import { readPrice } from "./price-text.ts";

test.each([
  ["0.15", "0.15"],
  ["1.5e-07", "0.00000015"],
  ["2E+1", "20"],
  ["15", "15"],
  ["0.50", "0.5"],
  ["1e-18", "0.000000000000000001"],
  ["999999999999", "999999999999"],
])("%s is read exactly, as text and as a number of JSON", (written, usd) => {
  expect(readPrice(written)).toEqual({ ok: true, value: usd });
  expect(readPrice(new JsonNumber(written))).toEqual({ ok: true, value: usd });
});

test.each([
  ["0.0000006000000000000001", "0.0000006"],
  ["0.00000100000000000000015", "0.000001"],
  ["0.30000000000000004", "0.3"],
  ["3.7500000000000001e-06", "0.00000375"],
  ["0.06700000000000001", "0.067"],
  ["0.0000000833333333333333", "0.000000083333333333"],
  ["2.5000000000000002", "2.5"],
])("the float noise of %s is rounded away", (written, usd) => {
  expect(readPrice(written)).toEqual({ ok: true, value: usd });
});

test.each([
  ["0", "zero"],
  ["0.000", "zero"],
  ["-0", "zero"],
  ["0e-7", "zero"],
  ["-1", "dynamic"],
  ["-1.0", "dynamic"],
  ["-0.5", "negative"],
  ["NaN", "not_a_number"],
  ["Infinity", "not_a_number"],
  ["1,5", "not_a_number"],
  ["$1.50", "not_a_number"],
  ["0x10", "not_a_number"],
  ["", "not_a_number"],
  ["1e-19", "out_of_range"],
  ["1e12", "out_of_range"],
  ["1e308", "out_of_range"],
  ["9".repeat(400), "out_of_range"],
])("%s is no price", (written, reason) => {
  expect(readPrice(written)).toEqual({ ok: false, error: reason });
});

test.each([undefined, null, true, [], {}])("%s is no price", (value) => {
  expect(readPrice(value)).toEqual({ ok: false, error: "not_a_number" });
});

test("moving the point turns a price per pixel into one per megapixel, exactly", () => {
  expect(readPrice(new JsonNumber("1.9e-08"), 6)).toEqual({ ok: true, value: "0.019" });
  expect(readPrice("0.00000024414", 6)).toEqual({ ok: true, value: "0.24414" });
});

test("what a document prints with up to 15 digits comes back digit for digit", () => {
  const price = fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 15n - 1n }), fc.integer({ min: 0, max: 15 }));
  fc.assert(
    fc.property(price, ([digits, places]) => {
      const text = digits.toString().padStart(places + 1, "0");
      const whole = text.slice(0, text.length - places);
      fc.pre(whole.length <= 12);
      const part = places === 0 ? "" : `.${text.slice(text.length - places)}`;
      const exact = (whole + part).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
      expect(readPrice(`${digits}e-${places}`)).toEqual({ ok: true, value: exact });
      expect(readPrice(whole + part)).toEqual({ ok: true, value: exact });
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from("0123456789.-+eE ")) }), (text) => {
      const read = readPrice(text);
      if (read.ok) expect(read.value).toMatch(/^\d{1,12}(\.\d{1,18})?$/);
    }),
  );
});
