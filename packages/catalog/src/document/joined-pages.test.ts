import fc from "fast-check";
import { expect, test } from "vitest";
import { joinPages, splitPages } from "./joined-pages.ts";

test("pages come apart as they were put together, with their addresses and their places", () => {
  const joined = joinPages([
    { url: "https://a.example/1", failure: null, text: "one\ntwo" },
    { url: "https://a.example/2", failure: "The server answered\n404.", text: "" },
  ]);
  const pages = splitPages(joined);
  expect(pages.map(({ url, failure, text }) => [url, failure, text.trim()])).toEqual([
    ["https://a.example/1", null, "one\ntwo"],
    ["https://a.example/2", "The server answered 404.", ""],
  ]);
  expect(joined.slice(pages[0]?.start).startsWith("one\ntwo")).toBe(true);
});

test("no page can begin another, whatever it says", () => {
  const line = fc.constantFrom("=== https://a.example/other", "price", "", "===", " === x", "\r", "=== ");
  fc.assert(
    fc.property(fc.array(fc.array(line), { minLength: 1 }), (texts) => {
      const pages = texts.map((lines, index) => ({
        url: `https://a.example/${index}`,
        failure: null,
        text: lines.join("\n"),
      }));
      expect(splitPages(joinPages(pages)).map(({ url }) => url)).toEqual(pages.map(({ url }) => url));
    }),
  );
});

test("a text without such lines is one page without an address", () => {
  expect(splitPages("# A model\n")).toEqual([{ url: null, failure: null, text: "# A model\n", start: 0 }]);
});
