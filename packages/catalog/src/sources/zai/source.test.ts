import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { zai } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.html", import.meta.url), "utf8");
const context = { url: zai.homepage, fetchedAt: new Date("2026-08-18T00:00:00Z") };
const parsed = parsedOrThrow(zai.parse(raw, context));
const M = "/ 1000000";
const refusals = (model: string) =>
  parsed.refused.filter((row) => row.offering === `zai/${model}`).map(({ kind, printed }) => [kind, printed]);

test("tokens are counted as the words above the table say; storage of a cache is no price", () => {
  expect(pricesOf(parsed, "zai/GLM-9")).toEqual({
    input_tokens: `1.4 ${M}`,
    cache_read_tokens: `0.26 ${M}`,
    output_tokens: `4.4 ${M}`,
    web_search: "0.01 / 1",
  });
  expect(offeringNamed(parsed, "zai/GLM-9").aliases).toEqual(["glm-9"]);
  const unsaid = parsedOrThrow(zai.parse(raw.replace("<span>Prices per 1M tokens.</span>", ""), context));
  expect(unsaid.document.offerings.map(({ model }) => model)).not.toContain("GLM-9");
});

test("Free is free; a dash and a backslash are nothing", () => {
  const free = offeringNamed(parsed, "zai/GLM-9-Flash").rates.filter((rate) => rate.free === true);
  expect(free.map(({ meter, usd }) => [meter, usd])).toEqual([
    ["input_tokens", "0"],
    ["cache_read_tokens", "0"],
    ["output_tokens", "0"],
  ]);
  expect(pricesOf(parsed, "zai/GLM-9-Plain")).not.toHaveProperty("cache_read_tokens");
  expect(pricesOf(parsed, "zai/GLM-OCR-9")).toMatchObject({ input_tokens: `0.03 ${M}` });
  expect(refusals("GLM-OCR-9")).toEqual([]);
});

test("images and videos are sold by the piece, a search by its use", () => {
  expect(pricesOf(parsed, "zai/GLM-Image-9")).toEqual({ image: "0.015 / 1" });
  expect(offeringNamed(parsed, "zai/GLM-Image-9").modality).toBe("image");
  expect(pricesOf(parsed, "zai/CogVideo-9")).toEqual({ video_request: "0.2 / 1" });
  expect(offeringNamed(parsed, "zai/CogVideo-9").modality).toBe("video");
  expect(pricesOf(parsed, "zai/web-search")).toEqual({ web_search: "0.01 / 1" });
  expect(pricesOf(parsed, "zai/GLM-Ear-9")).toEqual({ stt_second: "0.0024 / 60" });
});

test("two amounts, another currency, no unit, no name and an uneven row are refused with their reasons", () => {
  expect(refusals("GLM-ASR-9")[0]?.[0]).toBe("ambiguous_price");
  expect(refusals("GLM-Unsaid-9")).toContainEqual(["ambiguous_unit", "$0.5"]);
  expect(refusals("GLM-9-Yuan")).toEqual([
    ["not_usd", "¥4"],
    ["not_usd", "¥18"],
    ["no_price", undefined],
  ]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(": seen")[0]}`)).toEqual([
    "refused_rows no model's name",
    "refused_rows another number of cells than headings",
    "unmetered_price_key tool Divination",
    "refused_rows a table whose headings are not known",
  ]);
});

test("a page in yuan is refused by name", () => {
  const yuan = raw
    .replaceAll("$", "¥")
    .replaceAll("<th>Input</th>", "<th>输入</th>")
    .replaceAll(">Price<", ">价格<")
    .replace(">Cost<", ">价格<");
  expect(zai.parse(yuan, context)).toMatchObject({
    ok: false,
    error: { kind: "not_usd", message: expect.stringContaining("CNY") },
  });
});
