import { readFileSync } from "node:fs";
import { formatUsd } from "@ratebook/core";
import { expect, test } from "vitest";
import { bundledGenaiPrices } from "../sources/genai-prices/bundled.ts";
import { genaiPrices } from "../sources/genai-prices/source.ts";
import { litellm } from "../sources/litellm/source.ts";
import { parsedOrThrow, pricesOf } from "../testing/parsed.ts";
import { ratedAt } from "../testing/rated.ts";
import { withMediaInput } from "./media-input.ts";

const context = { url: "https://prices.example", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const fixtureOf = (id: string) =>
  readFileSync(new URL(`../sources/${id}/fixtures/document.json`, import.meta.url));
const genai = parsedOrThrow(genaiPrices.parse(fixtureOf("genai-prices"), context));
const lite = parsedOrThrow(litellm.parse(fixtureOf("litellm"), context));

test("Gemini's text price is stated for images and videos, with its tiers; cached images follow cached text", () => {
  expect(pricesOf(genai, "google/gemini-9-flash")).toEqual({
    input_tokens: "0.5 / 1000000",
    "input_tokens?total_input_tokens_above=200000": "1 / 1000000",
    output_tokens: "3 / 1000000",
    cache_read_tokens: "0.05 / 1000000",
    image_input_tokens: "0.5 / 1000000",
    "image_input_tokens?total_input_tokens_above=200000": "1 / 1000000",
    image_input_cached_tokens: "0.05 / 1000000",
    video_input_tokens: "0.5 / 1000000",
    "video_input_tokens?total_input_tokens_above=200000": "1 / 1000000",
  });
});

test("without a cache price cached images cost what images cost; a Pro model bills sound as text as well", () => {
  expect(pricesOf(genai, "google/gemini-9-pro")).toMatchObject({
    image_input_cached_tokens: "2 / 1000000",
    audio_input_tokens: "2 / 1000000",
    audio_input_cached_tokens: "2 / 1000000",
  });
});

test("cached images get no price where that of cached text was refused: it is unknown, not that of input", () => {
  const model = { provider: "google", model: "gemini-9-pro", modality: "language" } as const;
  const input = { meter: "input_tokens", usd: "2", per: 1_000_000, when: {} } as const;
  const meters = (refused: boolean) =>
    withMediaInput(model, [input], undefined, () => refused).map(({ meter }) => meter);
  expect(meters(false)).toContain("image_input_cached_tokens");
  expect(meters(true)).not.toContain("image_input_cached_tokens");
  expect(meters(true)).toContain("image_input_tokens");
});

test("a price the source prints for the medium stands alone", () => {
  const prices = pricesOf(genai, "google/gemini-9-live");
  expect(prices).toMatchObject({
    image_input_tokens: "1 / 1000000",
    video_input_tokens: "0.75 / 1000000",
  });
  expect(prices).not.toHaveProperty("image_input_cached_tokens");
  expect(prices).not.toHaveProperty("audio_input_tokens");
});

test.each(["google/gemini-9-tts", "google/claude-9", "xai/rook-1"])(
  "%s gets no rate for media: nothing says that it bills them as text",
  (id) => {
    expect(Object.keys(pricesOf(genai, id))).toEqual(["input_tokens", "output_tokens"]);
  },
);

test("LiteLLM's rows get them where they say that the model takes the medium, batch prices included", () => {
  expect(pricesOf(lite, "google/gemini-9-flash")).toEqual({
    input_tokens: "0.0000005 / 1",
    'input_tokens?service_tier="batch"': "0.00000025 / 1",
    output_tokens: "0.000003 / 1",
    image_input_tokens: "0.0000005 / 1",
    'image_input_tokens?service_tier="batch"': "0.00000025 / 1",
    image_input_cached_tokens: "0.0000005 / 1",
    'image_input_cached_tokens?service_tier="batch"': "0.00000025 / 1",
  });
  expect(Object.keys(pricesOf(lite, "google/gemini-9-sold-by-image"))).not.toContain("image_input_tokens");
});

const vision = {
  promptTokenCount: 3_000,
  candidatesTokenCount: 100,
  totalTokenCount: 3_100,
  cachedContentTokenCount: 0,
  promptTokensDetails: [
    { modality: "TEXT", tokenCount: 1_000 },
    { modality: "IMAGE", tokenCount: 1_500 },
    { modality: "VIDEO", tokenCount: 500 },
  ],
};

test("a Gemini call with images and video is rated, each medium at the text price", () => {
  const rated = ratedAt(genai, "google/gemini-9-flash", "gemini", vision);
  // 3,000 × 0.5/10^6 + 100 × 3/10^6 = 0.0015 + 0.0003
  expect(rated.ok && formatUsd(rated.value.total)).toBe("0.0018");
  expect(rated.ok && rated.value.lines.length).toBe(4);
});

test("the bundled list rates vision calls of the Gemini models that are sold from the first start", async () => {
  const { raw, url, publishedAt } = await bundledGenaiPrices();
  const bundled = parsedOrThrow(genaiPrices.parse(raw, { url, fetchedAt: publishedAt }));
  for (const model of [
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemini-3.1-flash-lite",
    "gemini-3.1-pro-preview",
  ]) {
    const rated = ratedAt(bundled, `google/${model}`, "gemini", vision);
    expect([model, rated.ok]).toEqual([model, true]);
  }
});
