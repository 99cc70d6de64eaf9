import fc from "fast-check";
import { expect, test } from "vitest";
import { textRuns } from "./text-runs.ts";

const fontOf = (letter: string) => (/\p{Script=Han}/u.test(letter) ? "han" : null);
const order = (text: string) => textRuns(text, fontOf).map((run) => run.text);

test("Arabic and Hebrew are read from the right: a stretch stays whole, a number after it stands at its left", () => {
  expect(order("شركة الأفق")).toEqual(["شركة الأفق"]);
  expect(order("شارع 25")).toEqual(["25 ", "شارع"]);
  expect(order("Acme شركة الأفق Ltd")).toEqual(["Acme ", "شركة الأفق", " Ltd"]);
  expect(order("רחוב 7, תל אביב")).toEqual(["תל אביב", " 7, ", "רחוב"]);
});

test("letters that the document's font lacks are runs of the font that has them", () => {
  expect(textRuns("Acme 株式 Ltd", fontOf)).toEqual([
    { text: "Acme ", shaped: false, font: null },
    { text: "株式", shaped: true, font: "han" },
    { text: " Ltd", shaped: false, font: null },
  ]);
});

test("no letter is lost or added, whatever is written", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", " ", "7", ",", "株", "ش", "ל", "ِ", "é", "!") });
  fc.assert(
    fc.property(letters, (text) => {
      expect(Array.from(order(text).join("")).toSorted()).toEqual(Array.from(text).toSorted());
    }),
  );
});
