import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { deepseek } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.html", import.meta.url), "utf8");
const context = { url: deepseek.homepage, fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(deepseek.parse(raw, context));
const M = "/ 1000000";

test("models are columns: each has the prices of its own, also where a cell spans two", () => {
  expect(pricesOf(parsed, "deepseek/deepseek-v9-flash")).toEqual({
    cache_read_tokens: `0.0028 ${M}`,
    input_tokens: `0.14 ${M}`,
    output_tokens: `0.28 ${M}`,
  });
  expect(pricesOf(parsed, "deepseek/deepseek-v9-pro")).toEqual({
    cache_read_tokens: `0.003625 ${M}`,
    input_tokens: `0.435 ${M}`,
    output_tokens: `0.28 ${M}`,
  });
});

test("a footnote is no part of a name; what is no name and a price row nobody knows are refused", () => {
  expect(parsed.document.offerings.map(({ model }) => model)).toEqual([
    "deepseek-v9-flash",
    "deepseek-v9-pro",
  ]);
  expect(parsed.refused.map(({ detail }) => detail)).toEqual([
    "no model's name: DeepSeek someday",
    expect.stringContaining("a price row that is not known: PRICING | 1M DREAM TOKENS"),
  ]);
});

test("prices at some hours only are not taken for those of the whole day", () => {
  const halved = raw.replace(
    '<td rowspan="4">PRICING</td>',
    '<td rowspan="4">DISCOUNT PRICE (UTC 16:30-00:30)</td>',
  );
  expect(deepseek.parse(halved, context)).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
});

test.each([
  ["the Chinese labels", raw.replaceAll("$", "").replace("0.14<", "1元<").replace(">MODEL<", ">模型<")],
  ["English labels over amounts in yuan", raw.replace("$0.14", "1元")],
  ["a yuan sign", raw.replace("$0.14", "¥1")],
])("a page with %s is refused by the name of its currency", (_name, page) => {
  expect(deepseek.parse(page, context)).toMatchObject({
    ok: false,
    error: { kind: "not_usd", check: "prices in USD", message: expect.stringContaining("CNY") },
  });
});

test("a row with a cell too few is not shifted under another model", () => {
  const short = raw.replace("<td>$0.14</td><td>$0.435</td><td>$1</td>", "<td>$0.14</td><td>$0.435</td>");
  expect(deepseek.parse(short, context)).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
});
