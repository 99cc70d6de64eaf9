import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { litellm } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://prices.example/prices.json", fetchedAt: new Date("2026-06-28T00:00:00Z") };
const parsed = parsedOrThrow(litellm.parse(raw, context));
const refusals = (offering: string) => parsed.refused.filter((row) => row.offering === offering);

test("a field's name gives the meter, the tier, the threshold and the cache lifetime", () => {
  expect(pricesOf(parsed, "acme/ridge-2")).toEqual({
    input_tokens: "0.00000125 / 1",
    output_tokens: "0.00001 / 1",
    "input_tokens?total_input_tokens_above=200000": "0.0000025 / 1",
    'input_tokens?service_tier="priority"&total_input_tokens_above=200000': "0.000005 / 1",
    'input_tokens?service_tier="batch"': "0.000000625 / 1",
    'output_tokens?service_tier="flex"': "0.000005 / 1",
    cache_read_tokens: "0.000000125 / 1",
    cache_write_tokens: "0.0000015625 / 1",
    cache_write_1h_tokens: "0.0000025 / 1",
    "cache_write_1h_tokens?total_input_tokens_above=200000": "0.000005 / 1",
    reasoning_tokens: "0.00001 / 1",
    web_search: "0.01 / 1",
  });
});

test("search prices that differ by context size are kept apart", () => {
  expect(pricesOf(parsed, "acme/finder")).toMatchObject({
    request: "0.005 / 1",
    citation_tokens: "0.000002 / 1",
    'web_search?size="low"': "0.005 / 1",
    'web_search?size="high"': "0.012 / 1",
  });
});

test("tiered prices hold strictly above their range's lower end", () => {
  expect(pricesOf(parsed, "alibaba/steps")).toEqual({
    input_tokens: "0.00000005 / 1",
    output_tokens: "0.0000004 / 1",
    "input_tokens?total_input_tokens_above=256000": "0.00000025 / 1",
    "output_tokens?total_input_tokens_above=256000": "0.000002 / 1",
  });
});

test("every mode is read with the meters that mean something there", () => {
  expect(pricesOf(parsed, "google/pebble-embed")).toEqual({ input_tokens: "0.00000015 / 1" });
  expect(pricesOf(parsed, "openai/1024-x-1024/brush-1")).toEqual({ megapixel: "0.019 / 1" });
  expect(pricesOf(parsed, "openai/brush-2")).toEqual({ image: "0.04 / 1" });
  expect(pricesOf(parsed, "openai/brush-3")).toEqual({
    image: "0.134 / 1",
    image_output_tokens: "0.00012 / 1",
  });
  expect(pricesOf(parsed, "vertex-ai/clip-1")).toEqual({
    video_second: "0.05 / 1",
    'video_second?resolution="1080p"': "0.08 / 1",
  });
  expect(pricesOf(parsed, "vertex-ai/clip-2")).toEqual({ video_second: "0.1 / 1" });
  expect(pricesOf(parsed, "openai/ear-1")).toEqual({ stt_second: "0.0001 / 1" });
  expect(pricesOf(parsed, "openai/voice-1")).toEqual({ tts_character: "0.000015 / 1" });
  expect(pricesOf(parsed, "acme/rank-1")).toEqual({ search_unit: "0.002 / 1" });
  expect(pricesOf(parsed, "acme/search")).toEqual({ web_search: "0.005 / 1" });
  expect(pricesOf(parsed, "acme/scan")).toEqual({ page: "0.001 / 1", 'page?mode="annotated"': "0.003 / 1" });
});

test("one price under two names is one rate; two prices for one thing keep the first and raise an alert", () => {
  expect(pricesOf(parsed, "openai/ear-2")).toEqual({ stt_second: "0.0001 / 1" });
  const conflicts = parsed.alerts.filter((alert) => alert.kind === "conflicting_price");
  expect(conflicts.map((alert) => alert.where)).toEqual(["#/ear-2/output_cost_per_second"]);
});

test("every price field without a meter is named in an alert, unknown ones apart from understood ones", () => {
  const named = (kind: string) =>
    parsed.alerts.filter((alert) => alert.kind === kind).map((alert) => alert.detail.split(":")[0]);
  expect(named("unknown_price_key")).toEqual(["hologram_cost_per_token"]);
  expect(named("unmetered_price_key")).toEqual([
    "cache_creation_input_audio_token_cost",
    "regional_processing_uplift_multiplier_eu",
    "input_cost_per_image",
    "input_cost_per_second",
    "output_cost_per_second",
  ]);
  expect(refusals("bedrock/rented").map((row) => row.kind)).toEqual(["no_price"]);
});

test("Databricks units are refused and the dollars beside them are kept", () => {
  expect(refusals("databricks/lake-1")).toMatchObject([{ kind: "not_usd" }]);
  expect(pricesOf(parsed, "databricks/lake-1")).toEqual({
    input_tokens: "0.0000005 / 1",
    output_tokens: "0.0000015 / 1",
  });
});

test("zero is never a price", () => {
  expect(refusals("ollama/home-1").map((row) => row.kind)).toEqual(["zero_price", "zero_price", "no_price"]);
  expect(refusals("google/pebble-embed")).toEqual([]);
});

test("a key is a route: the plain key keeps the model's name, the other keeps its own", () => {
  expect(pricesOf(parsed, "openai/twin")).toEqual({
    input_tokens: "0.000001 / 1",
    output_tokens: "0.000002 / 1",
  });
  expect(pricesOf(parsed, "openai/openai/twin")).toEqual({
    input_tokens: "0.000003 / 1",
    output_tokens: "0.000004 / 1",
  });
});

test("address, end of sale and the whole key are kept with the offering", () => {
  const ridge = offeringNamed(parsed, "acme/ridge-2");
  expect(ridge.sourceUrl).toBe("https://acme.example/pricing");
  expect(ridge.deprecatedAt).toBe("2027-03-01T00:00:00Z");
  expect(ridge.aliases).toEqual(["acme/ridge-2"]);
});

test("rows that are no models, have no provider, an unknown mode or a negative price are refused one by one", () => {
  const reasons = Object.fromEntries(parsed.refused.map((row) => [row.where, row.kind]));
  expect(reasons).toMatchObject({
    "#/oddity": "invalid_row",
    "#/orphan": "invalid_row",
    "#/refund/input_cost_per_token": "negative_price",
    "#/refund/output_cost_per_token": "unreadable_price",
    "#/note": "invalid_row",
  });
  expect(parsed.refused).toContainEqual(
    expect.objectContaining({ meter: "input_tokens", when: {}, printed: "-1e-6", kind: "negative_price" }),
  );
  expect(JSON.stringify(parsed)).not.toContain("sample_spec");
});

test.each([
  ["a list", "[]", "wrong_shape"],
  ["no models", "{}", "no_offerings"],
  ["a comma too many", '{ "a": { "mode": "chat", } }', "not_json"],
])("%s is a typed failure", (_name, document, kind) => {
  expect(litellm.parse(document, context)).toMatchObject({ ok: false, error: { kind } });
});
