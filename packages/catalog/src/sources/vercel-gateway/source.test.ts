import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { vercelGateway } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = {
  url: "https://ai-gateway.vercel.sh/v1/models",
  fetchedAt: new Date("2026-08-01T00:00:00Z"),
};
const parsed = parsedOrThrow(vercelGateway.parse(raw, context));
const kinds = (offering: string) =>
  parsed.refused.filter((row) => row.offering === offering).map(({ kind, meter }) => [kind, meter]);

test("prices are per token, with steps by the size of the prompt", () => {
  expect(pricesOf(parsed, "vercel/acme/ridge-2")).toEqual({
    input_tokens: "0.00000125 / 1",
    output_tokens: "0.00001 / 1",
    cache_read_tokens: "0.000000125 / 1",
    "input_tokens?total_input_tokens_above=200000": "0.0000025 / 1",
    "output_tokens?total_input_tokens_above=200000": "0.000015 / 1",
  });
  expect(pricesOf(parsed, "vercel/acme/steps")).toEqual({
    input_tokens: "0.000001 / 1",
    "input_tokens?total_input_tokens_above=32000": "0.000002 / 1",
    output_tokens: "0.000004 / 1",
  });
});

test("images are sold by size and quality, videos by resolution, sound and mode", () => {
  expect(pricesOf(parsed, "vercel/acme/brush")).toEqual({ image: "0.04 / 1" });
  expect(pricesOf(parsed, "vercel/acme/brush-sizes")).toEqual({
    'image?quality="high"&size="1K"': "0.04 / 1",
    'image?size="4K"': "0.12 / 1",
  });
  expect(pricesOf(parsed, "vercel/acme/clip")).toEqual({
    'video_second?audio=false&resolution="720p"': "0.1 / 1",
    'video_second?audio=true&resolution="720p"': "0.15 / 1",
    'video_second?mode="pro"': "0.2 / 1",
  });
  expect(pricesOf(parsed, "vercel/acme/clip-tokens")).toEqual({
    video_tokens: "5.6 / 1000000",
    'video_tokens?mode="with_video_input"': "3.3 / 1000000",
  });
});

test("zeros of an image model say nothing, those of a language model are refused", () => {
  expect(kinds("vercel/acme/unknown-image")).toEqual([["no_price", null]]);
  expect(kinds("vercel/acme/gift")).toEqual([
    ["zero_price", "input_tokens"],
    ["zero_price", "output_tokens"],
    ["no_price", null],
  ]);
  expect(pricesOf(parsed, "vercel/acme/embed")).toEqual({ input_tokens: "0.00000002 / 1" });
  expect(offeringNamed(parsed, "vercel/acme/embed").modality).toBe("embedding");
  expect(kinds("vercel/acme/rank")).toEqual([["no_price", null]]);
});

test("what is not understood is refused by itself: a step, a condition, the unit of a search", () => {
  expect(kinds("vercel/acme/ridge-2")).toEqual([
    ["unsupported_condition", "output_tokens"],
    ["ambiguous_unit", "web_search"],
  ]);
  expect(kinds("vercel/acme/brush-sizes")).toEqual([["unsupported_condition", "image"]]);
  expect(kinds("vercel/acme/clip-tokens")).toEqual([["unsupported_condition", "video_tokens"]]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(":")[0]}`)).toEqual([
    "unknown_price_key hologram",
    "refused_rows a type that is not known",
    "refused_rows no id or no pricing",
  ]);
});
