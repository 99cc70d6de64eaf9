import { expect, test } from "vitest";
import { mailParts } from "./mail-parts.ts";

test("an address becomes a link without the punctuation after it", () => {
  expect(mailParts("Open https://a.example/x?token=t within (http://b.example).")).toEqual([
    { start: 0, text: "Open ", href: null },
    { start: 5, text: "https://a.example/x?token=t", href: "https://a.example/x?token=t" },
    { start: 32, text: " within (", href: null },
    { start: 41, text: "http://b.example", href: "http://b.example" },
    { start: 57, text: ").", href: null },
  ]);
});

test("nothing but web addresses becomes a link", () => {
  const text = "javascript:alert(1) data:text/html,x ftp://c.example";
  expect(mailParts(text)).toEqual([{ start: 0, text, href: null }]);
});
