import { describe, expect, test } from "vitest";
import { excerptOf } from "./snapshot-excerpt.ts";

const marked = (text: string, where: string | null, near: string[] = []) => {
  const { text: shown, mark } = excerptOf(text, where, near);
  return mark === null ? null : shown.slice(mark.from, mark.to);
};

describe("the number to mark in a document", () => {
  const json = `{"data":[{"id":"a","price":{"in":"1.5"}},\n {"id":"b/c","price":{"in": 2.50, "note":"a \\"1\\" }"}}], "a~b/c": 7}`;

  test("is the value a JSON pointer leads to, quotes left out", () => {
    expect(marked(json, "#/data/0/price/in")).toBe("1.5");
    expect(marked(json, "#/data/1/price/in")).toBe("2.50");
    expect(marked(json, "#/data/1/price/note")).toBe('a \\"1\\" }');
    expect(marked(json, "#/a~0b~1c")).toBe("7");
  });

  test("is looked for by words where the pointer leads nowhere, and may be missing", () => {
    expect(marked(json, "#/data/9/price/in", ["b/c", "2.50"])).toBe("2.50");
    expect(marked("{broken", "#/a")).toBeNull();
    expect(marked('{"a":[1,2', "#/a/5")).toBeNull();
  });

  const page = `<!DOCTYPE html><html><head><style>td{}</style><title>5 < 6</title></head><body>
    <div id="prices"><p>Prices<p>In dollars
    <table><tr><th>Model<th>Input<tr><td>one&nbsp;model</td><td>$2.50 &amp; up</td></tr>
    <tr><td>two<td><b>$</b>10</table></div>
    <astro-island props="{&quot;rows&quot;:[[&quot;one&quot;,1.25]]}"></astro-island></body></html>`;

  test("is the text a selector leads to, in the row around it, entities read and end tags left out", () => {
    const place = "#prices > table > tbody > tr:nth-of-type(2) > td:nth-of-type(2)";
    expect(excerptOf(page, place, [])).toEqual({ text: "one model $2.50 & up", mark: { from: 10, to: 20 } });
    expect(marked(page, "#prices > table > tbody > tr:nth-of-type(3) > td:nth-of-type(2)")).toBe("$ 10");
    expect(marked(page, "html > body > div > p:nth-of-type(2)")).toBe("In dollars");
  });

  test("is found in JSON inside an attribute", () => {
    expect(marked(page, "html > body > astro-island @props#/rows/0/1")).toBe("1.25");
  });

  test("is the stretch of a plain text that a place names", () => {
    expect(marked("=== https://a.example\nAn image costs **$0.07**.", "#char=40,44")).toBe("0.07");
    expect(marked("short", "#char=40,44")).toBeNull();
  });

  test("is never markup, and never more than a passage", () => {
    const long = `<html><body><p id="a">${"<i>x</i> ".repeat(5000)}</p></body></html>`;
    const { text } = excerptOf(long, "#a", []);
    expect(text.length).toBeLessThanOrEqual(1500);
    expect(text).not.toContain("<");
    expect(excerptOf("<html><script>alert(1)</script>gone</html>", "#b", []).text).toBe("gone");
  });
});
