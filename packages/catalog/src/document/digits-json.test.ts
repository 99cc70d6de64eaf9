import { expect, test } from "vitest";
import { asObject, asWhole, JsonNumber, parseJsonKeepingDigits, plainJson } from "./digits-json.ts";
import { below, jsonPointer, resolveJsonPointer } from "./json-pointer.ts";
import { readJsonDocument } from "./read-json.ts";

function parse(text: string) {
  const parsed = parseJsonKeepingDigits(text);
  if (!parsed.ok) throw new Error(parsed.error.detail);
  return parsed.value;
}

test("numbers keep the digits of the document, which a float would lose", () => {
  const { a, b } = asObject(parse('{"a": 0.10000000000000000555, "b": [1.50e-07]}')) ?? {};
  expect(a).toEqual(new JsonNumber("0.10000000000000000555"));
  expect(b).toEqual([new JsonNumber("1.50e-07")]);
});

test("whole numbers can be read as such, and prices cannot be mistaken for them", () => {
  expect(asWhole(new JsonNumber("256000.0"))).toBe(256_000);
  expect(asWhole(new JsonNumber("0.5"))).toBeNull();
  expect(asWhole("256000")).toBeNull();
});

test("plain JSON comes back when the digits no longer matter", () => {
  expect(plainJson(parse('{"a": [1, "2", null, {"b": true}]}'))).toEqual({ a: [1, "2", null, { b: true }] });
});

test("a pointer leads back to its place, whatever the keys look like", () => {
  const document = parse('{"a/b~c": [{"": 7}], "list": [1]}');
  const pointer = jsonPointer("a/b~c", 0, "");
  expect(pointer).toBe("#/a~1b~0c/0/");
  expect(resolveJsonPointer(document, pointer)).toEqual(new JsonNumber("7"));
  expect(resolveJsonPointer(document, below("#/list", 0))).toEqual(new JsonNumber("1"));
  expect(resolveJsonPointer(document, "#")).toBe(document);
});

test.each(["#/missing", "#/list/1", "#/list/x", "#/constructor", "#/list/length", "list/0"])(
  "%s leads nowhere",
  (pointer) => {
    expect(resolveJsonPointer(parse('{"list": [1]}'), pointer)).toBeUndefined();
  },
);

test.each([
  ["nothing", "", "empty_document"],
  ["white space", " \n ", "empty_document"],
  ["a page", "<!DOCTYPE html><title>x</title>", "html_document"],
  ["another page", "  <html lang=en>", "html_document"],
  ["half a document", '{"a": 1,', "not_json"],
  ["words", "Service Unavailable", "not_json"],
  ["bytes that are no text", Uint8Array.of(0xff, 0xfe, 0x00), "not_text"],
])("%s is refused by name", (_name, raw, kind) => {
  expect(readJsonDocument("acme", raw)).toMatchObject({ ok: false, error: { kind, source: "acme" } });
});

test("the excerpt shows the place that is wrong, printable and short", () => {
  const text = `{"a": "${"x".repeat(500)}",\u0000\u202e oops}`;
  const read = readJsonDocument("acme", text);
  if (read.ok) throw new Error("this is not JSON");
  expect(read.error.excerpt).toContain("oops");
  expect(read.error.excerpt.length).toBeLessThanOrEqual(200);
  expect(read.error.excerpt).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a byte order mark is no part of the document", () => {
  expect(readJsonDocument("acme", '\uFEFF{"a": 1}').ok).toBe(true);
});
