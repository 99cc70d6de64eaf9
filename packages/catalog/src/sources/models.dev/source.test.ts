import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { modelsDev } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://models.dev/api.json", fetchedAt: new Date("2026-06-10T00:00:00Z") };
const parsed = parsedOrThrow(modelsDev.parse(raw, context));
const M = "/ 1000000";
const refusals = (offering: string) => parsed.refused.filter((row) => row.offering === offering);

test("prices are per million tokens, with steps at the threshold the tier names", () => {
  expect(pricesOf(parsed, "anthropic/claude-9-ridge")).toMatchObject({
    input_tokens: `5 ${M}`,
    output_tokens: `25 ${M}`,
    cache_read_tokens: `0.5 ${M}`,
    cache_write_tokens: `6.25 ${M}`,
    "input_tokens?total_input_tokens_above=272000": `10 ${M}`,
    "output_tokens?total_input_tokens_above=272000": `37.5 ${M}`,
  });
  expect(Object.keys(pricesOf(parsed, "anthropic/claude-9-ridge")).join()).not.toContain("200000");
});

test("context_over_200k is read where there are no tiers", () => {
  expect(pricesOf(parsed, "anthropic/claude-8-step")).toEqual({
    input_tokens: `3 ${M}`,
    output_tokens: `15 ${M}`,
    "input_tokens?total_input_tokens_above=200000": `6 ${M}`,
    "output_tokens?total_input_tokens_above=200000": `22.5 ${M}`,
  });
});

test("a faster mode is a tier or a mode of the request; one that no condition says is named", () => {
  expect(pricesOf(parsed, "openai/gpt-9")).toMatchObject({
    reasoning_tokens: `14 ${M}`,
    'input_tokens?service_tier="priority"': `3.5 ${M}`,
    'output_tokens?service_tier="priority"': `28 ${M}`,
  });
  expect(pricesOf(parsed, "anthropic/claude-9-ridge")).toMatchObject({
    'input_tokens?mode="fast"': `30 ${M}`,
  });
  expect(parsed.alerts).toContainEqual(
    expect.objectContaining({ kind: "unmetered_price_key", detail: expect.stringContaining("mode deep") }),
  );
});

test("one output price is refused where images or sound come out as well", () => {
  expect(pricesOf(parsed, "openai/gpt-voice-9")).toEqual({
    input_tokens: `4 ${M}`,
    audio_input_tokens: `32 ${M}`,
    audio_output_tokens: `64 ${M}`,
  });
  expect(refusals("openai/gpt-voice-9")).toMatchObject([{ kind: "ambiguous_unit", meter: "output_tokens" }]);
  expect(offeringNamed(parsed, "google/gemini-9-flash-image").modality).toBe("image");
  expect(pricesOf(parsed, "google/gemini-9-flash-image")).toEqual({
    input_tokens: `0.3 ${M}`,
    image_input_tokens: `0.3 ${M}`,
    image_input_cached_tokens: `0.3 ${M}`,
  });
});

test("Gemini's media cost what text costs where the row says that the model takes them", () => {
  expect(pricesOf(parsed, "google/gemini-9-flash")).toEqual({
    input_tokens: `0.3 ${M}`,
    output_tokens: `2.5 ${M}`,
    cache_read_tokens: `0.03 ${M}`,
    audio_input_tokens: `1 ${M}`,
    image_input_tokens: `0.3 ${M}`,
    image_input_cached_tokens: `0.03 ${M}`,
    video_input_tokens: `0.3 ${M}`,
  });
});

test("only makers and hosts are read: resellers and converted editions are not", () => {
  const providers = new Set(parsed.document.offerings.map(({ provider }) => provider));
  expect([...providers]).toEqual(["anthropic", "openai", "google"]);
});

test("zeros, unknown keys, other steps and broken rows are named, and the rest stands", () => {
  expect(refusals("openai/gpt-gift").map(({ kind }) => kind)).toEqual([
    "zero_price",
    "zero_price",
    "no_price",
  ]);
  expect(pricesOf(parsed, "openai/text-embedding-9")).toEqual({ input_tokens: `0.02 ${M}` });
  expect(offeringNamed(parsed, "openai/text-embedding-9").modality).toBe("embedding");
  expect(refusals("openai/gpt-9")).toMatchObject([{ kind: "unsupported_condition" }]);
  expect(refusals("anthropic/claude-unpriced")).toMatchObject([{ kind: "no_price" }]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(": seen")[0]}`)).toEqual([
    "unmetered_price_key mode deep",
    "refused_rows a model that is no object",
    "refused_rows a step by something else than input tokens",
    "unknown_price_key hologram",
    "refused_rows provider without models",
  ]);
});

test("the maker's page is kept with the offering where it is an address", () => {
  expect(offeringNamed(parsed, "anthropic/claude-9-ridge").sourceUrl).toBe("https://docs.example/models");
  expect(offeringNamed(parsed, "openai/gpt-9").sourceUrl).toBeUndefined();
});

test.each([
  ["a list", "[]", "wrong_shape"],
  ["an object of something else", '{"data":[1]}', "wrong_shape"],
  ["only resellers", '{"reseller":{"models":{"x":{"cost":{"input":1}}}}}', "no_offerings"],
])("%s is a typed failure", (_name, document, kind) => {
  expect(modelsDev.parse(document, context)).toMatchObject({ ok: false, error: { kind } });
});
