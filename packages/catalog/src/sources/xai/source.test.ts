import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { xai } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://api.x.ai/v1/language-models", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(xai.parse(raw, context));

test("ten thousand are a dollar per million tokens; long contexts have a threshold of their own", () => {
  expect(pricesOf(parsed, "xai/grok-9")).toEqual({
    input_tokens: "1.25 / 1000000",
    cache_read_tokens: "0.2 / 1000000",
    image_input_tokens: "1.25 / 1000000",
    output_tokens: "2.5 / 1000000",
    "input_tokens?total_input_tokens_above=200000": "2.5 / 1000000",
    "output_tokens?total_input_tokens_above=200000": "5 / 1000000",
  });
  expect(pricesOf(parsed, "xai/grok-9-mini")).toEqual({
    input_tokens: "0.2 / 1000000",
    output_tokens: "0.5 / 1000000",
  });
});

test("dated names are aliases, moving ones are not", () => {
  expect(offeringNamed(parsed, "xai/grok-9").aliases).toEqual(["grok-9-0101"]);
});

test("a zero, a price nobody knows and a row without an id are named", () => {
  expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
    ["zero_price", "xai/grok-gift"],
    ["zero_price", "xai/grok-gift"],
    ["no_price", "xai/grok-gift"],
    ["invalid_row", null],
  ]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(":")[0]}`)).toEqual([
    "unknown_price_key search_price",
    "refused_rows no id",
  ]);
});

test("the key goes in as a bearer token, from the environment", () => {
  expect(xai.key).toEqual({ env: "XAI_API_KEY", header: "authorization", prefix: "Bearer " });
});
