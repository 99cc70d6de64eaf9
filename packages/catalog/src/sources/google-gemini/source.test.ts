import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { ratedAt } from "../../testing/rated.ts";
import { readParts } from "./price-parts.ts";
import { googleGemini } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.html", import.meta.url), "utf8");
const context = { url: googleGemini.homepage, fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(googleGemini.parse(raw, context));
const M = "/ 1000000";
const refusals = (model: string) => parsed.refused.filter((row) => row.offering === `google/${model}`);

test("a cell holds a price up to a prompt size and one above it, with or without its line break", () => {
  expect(pricesOf(parsed, "google/gemini-9-pro")).toMatchObject({
    input_tokens: `1.25 ${M}`,
    "input_tokens?total_input_tokens_above=200000": `2.5 ${M}`,
    output_tokens: `10 ${M}`,
    "output_tokens?total_input_tokens_above=200000": `15 ${M}`,
    cache_read_tokens: `0.125 ${M}`,
    "cache_read_tokens?total_input_tokens_above=200000": `0.25 ${M}`,
  });
});

test("the tables of other tiers are conditions; a tier nobody knows is named and not read", () => {
  expect(pricesOf(parsed, "google/gemini-9-pro")).toMatchObject({
    'input_tokens?service_tier="batch"': `0.625 ${M}`,
    'output_tokens?service_tier="batch"&total_input_tokens_above=200000': `7.5 ${M}`,
  });
  expect(parsed.alerts.map(({ detail }) => detail.split(": seen")[0])).toEqual([
    "grounding with google search",
    "the service tier moonlight",
    "dream price",
    "another number of cells than headings",
    "a table under no model's name",
  ]);
});

test("media have the price the cell gives them; a Pro model's one price is for all of them", () => {
  expect(pricesOf(parsed, "google/gemini-9-flash-lite")).toEqual({
    input_tokens: `0.3 ${M}`,
    image_input_tokens: `0.3 ${M}`,
    video_input_tokens: `0.3 ${M}`,
    audio_input_tokens: `1 ${M}`,
    output_tokens: `2.5 ${M}`,
    cache_read_tokens: `0.03 ${M}`,
    image_input_cached_tokens: `0.03 ${M}`,
    audio_input_cached_tokens: `0.1 ${M}`,
  });
  expect(pricesOf(parsed, "google/gemini-9-pro")).toMatchObject({
    image_input_tokens: `1.25 ${M}`,
    "video_input_tokens?total_input_tokens_above=200000": `2.5 ${M}`,
    'audio_input_tokens?service_tier="batch"': `0.625 ${M}`,
  });
});

test("a call with an image is rated", () => {
  const usage = {
    promptTokenCount: 2_000,
    candidatesTokenCount: 100,
    totalTokenCount: 2_100,
    promptTokensDetails: [
      { modality: "TEXT", tokenCount: 500 },
      { modality: "IMAGE", tokenCount: 1_500 },
    ],
  };
  const rated = ratedAt(parsed, "google/gemini-9-flash-lite", "gemini", usage);
  // 2,000 × 0.30/10^6 + 100 × 2.50/10^6 = 0.0006 + 0.00025
  expect(rated.ok && rated.value.total).toBe(850_000n);
});

test("a price through a day is followed by the next one; what is over is left out", () => {
  const { rates } = offeringNamed(parsed, "google/gemini-9.7-flash");
  const told = rates
    .filter(({ meter }) => meter === "input_tokens" || meter === "output_tokens")
    .map(({ meter, usd, validFrom, validUntil }) => [meter, usd, validFrom, validUntil]);
  expect(told).toEqual([
    ["input_tokens", "0.75", undefined, "2027-01-01T00:00:00Z"],
    ["input_tokens", "1.5", "2027-01-01T00:00:00Z", undefined],
    ["output_tokens", "7.5", "2026-07-01T00:00:00Z", undefined],
  ]);
});

test("images made are tokens of their own or are sold by the image", () => {
  expect(pricesOf(parsed, "google/gemini-9-flash-image")).toMatchObject({
    output_tokens: `2.5 ${M}`,
    image_output_tokens: `30 ${M}`,
    image_input_tokens: `0.3 ${M}`,
  });
  expect(pricesOf(parsed, "google/gemini-9-flash-image")).not.toHaveProperty("video_input_tokens");
  expect(offeringNamed(parsed, "google/gemini-9-flash-image").modality).toBe("image");
  expect(pricesOf(parsed, "google/imagen-9")).toEqual({ image: "0.04 / 1" });
  expect(refusals("imagen-9")).toMatchObject([{ kind: "ambiguous_price", printed: "$0.06" }]);
});

test("free of charge in the paid column is free; in the free column it says nothing", () => {
  expect(offeringNamed(parsed, "google/gemma-9").rates).toMatchObject([
    { meter: "input_tokens", usd: "0", free: true },
    { meter: "output_tokens", usd: "0", free: true },
  ]);
  expect(offeringNamed(parsed, "google/gemini-9-flash-lite").rates.filter((rate) => rate.free)).toEqual([]);
});

test("a cell that is not understood as a whole gives nothing", () => {
  expect(parsed.document.offerings.map(({ model }) => model)).not.toContain("gemini-9-odd");
  expect(refusals("gemini-9-odd").map(({ kind, printed }) => [kind, printed])).toEqual([
    ["ambiguous_price", "$0.30 on weekdays"],
    ["ambiguous_price", "$2.50, prompts <= 200k tokens"],
    ["ambiguous_price", "$0.10 $0.20"],
    ["no_price", undefined],
  ]);
});

test.each([
  ["$1.25", 1],
  ["$1.25*", 1],
  ["$0.30 (text, image, video) $1.00 (audio)", 2],
  ["$0.15 (text / image), prompts <= 200k tokens $0.30 (text / image), prompts > 200k tokens", 2],
  ["$0.039 per image", 1],
  ["1.25", null],
  ["$1.25 $1.25", null],
  ["$1.25 (smell)", null],
  ["$1.25 (text) (audio)", null],
  ["$1.25, prompts > 200k tokens", null],
  ["$1.25, prompts <= 128k tokens $2.50, prompts > 200k tokens", null],
  ["$1.25 through February 30, 2026. $2", null],
  ["$1.50 $0.75 through December 31, 2026.", null],
  ["$1 per 1,000 queries", null],
  ["", null],
] as const)("%j has %j parts", (text, count) => {
  expect(readParts(text)?.length ?? null).toBe(count);
});

test("a page without the column of paid prices is not the price page", () => {
  const other = raw
    .replaceAll("Paid Tier, per 1M tokens in USD", "Paid Tier, per 1K tokens in USD")
    .replace("<th>Price</th>", "");
  expect(googleGemini.parse(other, context)).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
});
