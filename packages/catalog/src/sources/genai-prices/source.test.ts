import { readFileSync } from "node:fs";
import { must } from "@ratebook/core";
import { expect, test } from "vitest";
import { readSource } from "../../read-source.ts";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { BUNDLED_RELEASE } from "./bundled.ts";
import { genaiPrices } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://prices.example/data.json", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(genaiPrices.parse(raw, context));

test("prices keep their own units: per million tokens, per thousand searches, per hour", () => {
  expect(pricesOf(parsed, "acme-cloud/ridge-2")).toMatchObject({
    input_tokens: "1.25 / 1000000",
    output_tokens: "10 / 1000000",
    cache_read_tokens: "0.125 / 1000000",
    cache_write_1h_tokens: "2.5 / 1000000",
    audio_input_tokens: "1 / 1000000",
    web_search: "10 / 1000",
  });
  expect(pricesOf(parsed, "acme-cloud/ear-1")).toEqual({ stt_second: "0.36 / 3600" });
  expect(pricesOf(parsed, "acme-cloud/talk-1")).toEqual({ voice_minute: "3 / 60" });
  expect(pricesOf(parsed, "acme-cloud/scan-1")).toEqual({
    page: "1 / 1000",
    'page?mode="annotated"': "3 / 1000",
  });
});

test("tiers become rates above their threshold, for output as well", () => {
  expect(pricesOf(parsed, "acme-cloud/ridge-2")).toMatchObject({
    "input_tokens?total_input_tokens_above=200000": "2.5 / 1000000",
    "output_tokens?total_input_tokens_above=200000": "15 / 1000000",
  });
});

test("a dated price ends where the next begins; what is over is left out and what is to come is kept", () => {
  const inputs = offeringNamed(parsed, "acme-cloud/nightowl").rates.filter(
    (rate) => rate.meter === "input_tokens",
  );
  expect(
    inputs.map(({ usd, when, validFrom, validUntil }) => ({ usd, when, validFrom, validUntil })),
  ).toEqual([
    { usd: "0.5", when: {}, validFrom: "2026-06-01T00:00:00Z", validUntil: "2027-01-01T00:00:00Z" },
    { usd: "0.6", when: {}, validFrom: "2027-01-01T00:00:00Z", validUntil: undefined },
    {
      usd: "0.25",
      when: { utc_from: "16:30", utc_to: "00:30" },
      validFrom: undefined,
      validUntil: undefined,
    },
  ]);
});

test("a constraint that is not understood is refused alone", () => {
  const where = "#/0/models/1/prices/4";
  expect(parsed.refused).toContainEqual(expect.objectContaining({ kind: "unsupported_condition", where }));
});

test("names that are spelled out become aliases, patterns do not; the day of checking is kept", () => {
  const ridge = offeringNamed(parsed, "acme-cloud/ridge-2");
  expect(ridge.aliases).toEqual(["ridge-2-20260601"]);
  expect(ridge.checkedAt).toBe("2026-07-15T00:00:00Z");
  expect(ridge.sourceUrl).toBe("https://acme.example/pricing");
});

test("providers get their canonical names and models their modality", () => {
  expect(offeringNamed(parsed, "xai/rook-1").modality).toBe("language");
  expect(offeringNamed(parsed, "acme-cloud/acme-embed").modality).toBe("embedding");
  expect(offeringNamed(parsed, "acme-cloud/scan-1").modality).toBe("ocr");
  expect(offeringNamed(parsed, "acme-cloud/ear-1").modality).toBe("stt");
});

test("unknown keys, keys without a meter, zeros and empty rows are named, and the rest stands", () => {
  expect(parsed.alerts.map((alert) => [alert.kind, alert.detail.split(":")[0]])).toEqual([
    ["unmetered_price_key", "storage_searches_kcount"],
    ["unknown_price_key", "hologram_mtok"],
    ["refused_rows", "a time constraint that is not understood"],
    ["refused_rows", "model without id"],
    ["refused_rows", "provider without id or models"],
  ]);
  const kinds = parsed.refused.map((row) => [row.offering, row.kind]);
  expect(kinds).toContainEqual(["acme-cloud/gift:free", "no_price"]);
  expect(kinds).toContainEqual(["acme-cloud/zeroed", "zero_price"]);
  expect(pricesOf(parsed, "acme-cloud/zeroed")).toEqual({ output_tokens: "0.000001 / 1000000" });
});

test.each([
  ["an object", "{}", "wrong_shape"],
  ["no provider", "[]", "no_offerings"],
  ["a number", "7", "wrong_shape"],
])("%s instead of a list of providers is a typed failure", (_name, document, kind) => {
  expect(genaiPrices.parse(document, context)).toMatchObject({ ok: false, error: { kind } });
});

test("the bundled data is the release whose date is given", () => {
  const entry = new URL(import.meta.resolve("@pydantic/genai-prices"));
  const manifest: { version: string } = JSON.parse(readFileSync(new URL("../package.json", entry), "utf8"));
  expect(manifest.version).toBe(BUNDLED_RELEASE.version);
});

test("the bundled data gives real prices offline, as old as its release", async () => {
  const fetch = () => Promise.reject(new Error("nothing may be fetched"));
  const reading = await readSource(genaiPrices, { from: "origin", fetch });
  if (!reading.ok || reading.value.status !== "parsed") throw new Error("the bundled data was not read");
  const { document } = reading.value.parsed;
  expect(document.asOf).toBe("2026-09-23T10:11:04.000Z");
  expect(document.offerings.length).toBeGreaterThan(1000);
  expect(pricesOf(reading.value.parsed, "openai/text-embedding-3-small")).toEqual({
    input_tokens: "0.02 / 1000000",
  });
  const sonnet = must(pricesOf(reading.value.parsed, "anthropic/claude-sonnet-4-5"), "listed");
  expect(sonnet["input_tokens?total_input_tokens_above=200000"]).toBe("6 / 1000000");
});
