import { describe, expect, test } from "vitest";
import { unsafePlace } from "./json-value.ts";

describe("a JSON value that is to be stored", () => {
  test("is fine where it holds ordinary text, numbers and nesting", () => {
    expect(
      unsafePlace({ trace: "abc", retries: 2, tags: ["a", { b: null }], ok: true, "€": "😀" }),
    ).toBeNull();
  });

  test.each([
    [{ note: "a\0b" }, ["note"]],
    [{ deep: { list: ["fine", "\ud800"] } }, ["deep", "list", "1"]],
    [{ n: Number.NaN }, ["n"]],
    [{ n: 1n }, ["n"]],
    [{ f: undefined }, ["f"]],
  ])("is refused at the place that is not: %#", (value, path) => {
    expect(unsafePlace(value)).toMatchObject({ path });
  });

  test("is refused where a key cannot be stored", () => {
    expect(unsafePlace({ outer: { "a\0": 1 } })).toMatchObject({ path: ["outer"] });
  });

  test("is refused where it is nested too deeply, without a stack overflow", () => {
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(unsafePlace({ deep })).toMatchObject({ message: "must not be nested deeper than 8 levels" });
  });
});
