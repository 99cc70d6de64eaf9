import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { must, parsePriceDocument } from "@ratebook/core";
import { describe, expect, test } from "vitest";
import { htmlPlaces } from "./document/html-place.ts";
import { readPrice } from "./document/price-text.ts";
import { SOURCES } from "./registry.ts";
import type { PriceSource } from "./source.ts";
import { anthropic } from "./sources/anthropic/source.ts";
import { deepseek } from "./sources/deepseek/source.ts";
import { genaiPrices } from "./sources/genai-prices/source.ts";
import { googleGemini } from "./sources/google-gemini/source.ts";
import { litellm } from "./sources/litellm/source.ts";
import { modelsDev } from "./sources/models.dev/source.ts";
import { openai } from "./sources/openai/source.ts";
import { openrouter } from "./sources/openrouter/source.ts";
import { together } from "./sources/together/source.ts";
import { zai } from "./sources/zai/source.ts";
import { offeringNamed, parsedOrThrow, pricesOf } from "./testing/parsed.ts";

const corpus = process.env.RATEBOOK_CORPUS || undefined;
if (corpus === undefined) console.info("RATEBOOK_CORPUS is not set: the recorded documents were left out.");

/** Real documents of the sources; see the INDEX of the corpus for where each was recorded. */
describe.runIf(corpus !== undefined)("recorded documents", () => {
  const folder = corpus ?? "";

  describe.each([
    ["genai-prices", genaiPrices, /^data.*\.json$/],
    ["openrouter", openrouter, /\.json$/],
    ["modelsdev", modelsDev, /^api.*\.json$/],
    ["litellm", litellm, /^(?!.*badjson\.json).*\.json$/],
  ])("%s", (name, source, pattern) => {
    const files =
      corpus === undefined ? [] : readdirSync(join(folder, name)).filter((file) => pattern.test(file));

    test.each(files)("%s gives a valid document: no NaN, no bare 0, no -1", (file) => {
      const body = readFileSync(join(folder, name, file));
      const { document } = parsedOrThrow(source.parse(body, contextOf(source.id)));
      expect(parsePriceDocument(document)).toMatchObject({ ok: true });
      const rates = document.offerings.flatMap((offering) => offering.rates);
      const priced = (usd: string) => /^\d{1,12}(\.\d{1,18})?$/.test(usd) && /[1-9]/.test(usd);
      expect(rates.filter((rate) => !priced(rate.usd) && rate.free !== true)).toEqual([]);
    });
  });

  test("every row of OpenRouter's 2026-08-01 answer is an offering or refused by name", () => {
    const parsed = read(openrouter, "models-2026-08-01-raw.json");
    const rows = parsed.refused.filter((row) => row.meter === null);
    // 336 rows: 5 dynamic, 10 moving names, 3 with nothing but zeros and no word of being free.
    expect(rows.map((row) => row.kind).sort()).toEqual([
      ...Array.from({ length: 10 }, () => "alias"),
      ...Array.from({ length: 5 }, () => "dynamic_price"),
      ...Array.from({ length: 3 }, () => "no_price"),
    ]);
    expect(parsed.document.offerings.length).toBe(336 - 18);
    expect(parsed.document.offerings.filter(({ rates }) => rates.some((rate) => rate.free)).length).toBe(14);
    expect(parsed.alerts).toEqual([]);
    // The feed prints 0.00000100000000000000015 and 0.0000020000000000000005.
    expect(pricesOf(parsed, "openrouter/openai/gpt-5.6-terra")).toMatchObject({
      input_tokens: "0.000001 / 1",
      "input_tokens?total_input_tokens_above=272000": "0.000002 / 1",
    });
  });

  test("LiteLLM's full document of 2026-06-28 is read in every mode in well under a second", () => {
    const body = readFileSync(join(folder, "litellm", "litellm-2026-06-28-09d4525ab.json"));
    const started = performance.now();
    const parsed = parsedOrThrow(litellm.parse(body, contextOf("litellm")));
    expect(performance.now() - started).toBeLessThan(1000);
    const { offerings } = parsed.document;
    // 2,919 keys: 2 are no models, 244 have no price that a meter bills.
    expect(offerings.length).toBe(2919 - 2 - 244);
    const modalities = Map.groupBy(offerings, (offering) => offering.modality);
    for (const modality of [
      "language",
      "embedding",
      "image",
      "video",
      "tts",
      "stt",
      "rerank",
      "search",
      "ocr",
    ] as const) {
      expect([modality, (modalities.get(modality)?.length ?? 0) > 10]).toEqual([modality, true]);
    }
    expect(parsed.alerts.filter((alert) => alert.kind === "unknown_price_key")).toEqual([]);
    expect(parsed.refused.filter((row) => row.kind === "invalid_row")).toEqual([]);
    expect(offeringNamed(parsed, "google/veo-3.1-lite-generate-preview").modality).toBe("video");
  });

  test("LiteLLM's commit that is no JSON is refused with the place", () => {
    const file = must(
      readdirSync(join(folder, "litellm")).find((name) => name.endsWith("badjson.json")),
      "the corpus has it",
    );
    const result = litellm.parse(readFileSync(join(folder, "litellm", file)), contextOf("litellm"));
    expect(result).toMatchObject({ ok: false, error: { kind: "not_json", check: "valid json" } });
    expect(!result.ok && result.error.message).toContain("line 3649");
  });

  test("a wrong page is no price list, whichever source it is read as", () => {
    for (const file of ["aliyun-pricing-2026-07-17.html", "zai-pricing-2026-08-18.html"]) {
      const page = readFileSync(join(folder, "html", file));
      for (const source of [genaiPrices, openrouter, litellm]) {
        expect(source.parse(page, contextOf(source.id))).toMatchObject({
          ok: false,
          error: { kind: "html_document" },
        });
      }
    }
  });

  test("OpenAI's page of 2026-08-21 is read in all its tiers, and a cache write is no output", () => {
    const parsed = parsedOrThrow(
      openai.parse(page("openai-developers-pricing-2026-08-21.html"), contextOf("openai")),
    );
    expect(parsePriceDocument(parsed.document)).toMatchObject({ ok: true });
    expect(parsed.document.offerings.length).toBe(81);
    const tiers = parsed.document.offerings
      .flatMap(({ rates }) => rates)
      .map(({ when }) => when.service_tier ?? "standard");
    // Flex: three models with 4 prices for short and 4 for long contexts, nine with 3: 24 + 27.
    const counts = [...Map.groupBy(tiers, (tier) => tier)].map(([tier, all]) => [tier, all.length]);
    expect(Object.fromEntries(counts)).toEqual({ standard: 289, batch: 140, flex: 51, priority: 65 });
    const sol = pricesOf(parsed, "openai/gpt-5.6-sol");
    expect(sol).toMatchObject({
      input_tokens: "5 / 1000000",
      cache_read_tokens: "0.5 / 1000000",
      cache_write_tokens: "6.25 / 1000000",
      output_tokens: "30 / 1000000",
      "output_tokens?total_input_tokens_above=272000": "45 / 1000000",
      'output_tokens?service_tier="batch"': "15 / 1000000",
      'output_tokens?service_tier="flex"': "15 / 1000000",
      'output_tokens?service_tier="priority"': "60 / 1000000",
      'output_tokens?service_tier="priority"&total_input_tokens_above=272000': "90 / 1000000",
    });
    const older = pricesOf(parsed, "openai/gpt-5.2");
    expect(older).toMatchObject({
      input_tokens: "1.75 / 1000000",
      cache_read_tokens: "0.175 / 1000000",
      output_tokens: "14 / 1000000",
    });
    expect(older).not.toHaveProperty("cache_write_tokens");
    expect(pricesOf(parsed, "openai/text-embedding-3-small")).toEqual({ input_tokens: "0.02 / 1000000" });
    // gpt-5.5, gpt-5.5-pro, gpt-5.4 and gpt-5.4-pro: the page prices them below 272K tokens only.
    const bounded = parsed.refused.filter((row) => row.kind === "unsupported_condition");
    expect(new Set(bounded.map((row) => row.offering)).size).toBe(4);
  });

  test("models.dev's list of 2026-06-10 is read for makers and hosts, with the thresholds of its tiers", () => {
    const body = readFileSync(join(folder, "modelsdev", "api-2026-06-10.json"));
    const parsed = parsedOrThrow(modelsDev.parse(body, contextOf("models.dev")));
    // 5,199 models, 765 of them with a provider that is read; 25 have no price that can be read.
    expect(parsed.document.offerings.length).toBe(765 - 25);
    expect(parsed.refused.filter((row) => row.kind === "invalid_row")).toEqual([]);
    expect(pricesOf(parsed, "openai/gpt-5.4")).toMatchObject({
      input_tokens: "2.5 / 1000000",
      "input_tokens?total_input_tokens_above=272000": "5 / 1000000",
      'input_tokens?service_tier="priority"': "5 / 1000000",
    });
  });

  test("Anthropic's page in two small replicas: base, batch, fast mode and search", () => {
    const small = parsedOrThrow(
      anthropic.parse(page("trimmed/benyue-anthropic-pricing.html"), contextOf("anthropic")),
    );
    expect(small.document.offerings.map(({ model, rates }) => [model, rates.length])).toEqual([
      ["claude-opus-4-6", 5],
      ["claude-sonnet-4-6", 5],
      ["claude-haiku-4-5", 5],
      ["claude-3-7-sonnet-latest", 5],
    ]);
    const wide = parsedOrThrow(
      anthropic.parse(page("trimmed/microllin-anthropic_pricing.html"), contextOf("anthropic")),
    );
    // Four; a fifth stands in the table of fast mode only.
    expect(wide.document.offerings.length).toBe(4);
    expect(pricesOf(wide, "anthropic/claude-opus-5")).toEqual({
      input_tokens: "5 / 1000000",
      cache_write_tokens: "6.25 / 1000000",
      cache_write_1h_tokens: "10 / 1000000",
      cache_read_tokens: "0.5 / 1000000",
      output_tokens: "25 / 1000000",
      'input_tokens?mode="fast"': "10 / 1000000",
      'output_tokens?mode="fast"': "50 / 1000000",
      'input_tokens?service_tier="batch"': "2.5 / 1000000",
      'output_tokens?service_tier="batch"': "12.5 / 1000000",
      web_search: "10 / 1000",
    });
    // A table without cache prices is not the one we know.
    const other = anthropic.parse(page("trimmed/nice2209-anthropic.html"), contextOf("anthropic"));
    expect(other).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
  });

  test("Google's page in a small replica: prompt sizes, dates and tiers", () => {
    const body = page("trimmed/microllin-google_pricing.html");
    const parsed = parsedOrThrow(googleGemini.parse(body, contextOf("google")));
    // Flash: 5 meters of its own and 2 of media, each until and after a day, 4 of them in batch as well: 14 + 8.
    // Pro: 8 meters up to 200K tokens and above. Imagen: the image.
    expect(parsed.document.offerings.map(({ model, rates }) => [model, rates.length])).toEqual([
      ["gemini-3.7-flash", 22],
      ["gemini-2.5-pro", 16],
      ["imagen-4", 1],
    ]);
    expect(pricesOf(parsed, "google/gemini-2.5-pro")).toMatchObject({
      input_tokens: "1.25 / 1000000",
      "input_tokens?total_input_tokens_above=200000": "2.5 / 1000000",
      "output_tokens?total_input_tokens_above=200000": "15 / 1000000",
      cache_read_tokens: "0.125 / 1000000",
    });
    // Without headings nothing says which column is paid.
    const bare = googleGemini.parse(page("trimmed/benyue-google-pricing.html"), contextOf("google"));
    expect(bare).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
  });

  test("Z.ai's page of 2026-08-18: free is free, a backslash is nothing", () => {
    const parsed = parsedOrThrow(zai.parse(page("zai-pricing-2026-08-18.html"), contextOf("zai")));
    // 14 text and 6 vision models, 2 for images, 7 for videos, and the search.
    expect(parsed.document.offerings.length).toBe(14 + 6 + 2 + 7 + 1);
    const free = parsed.document.offerings.flatMap(({ model, rates }) =>
      rates.filter((rate) => rate.free).map(({ meter }) => `${model} ${meter}`),
    );
    // Three Flash models, for input, cached input and output.
    expect(free.length).toBe(3 * 3);
    expect(pricesOf(parsed, "zai/GLM-OCR")).toEqual({
      input_tokens: "0.03 / 1000000",
      output_tokens: "0.03 / 1000000",
      web_search: "0.01 / 1",
    });
    expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
      ["ambiguous_price", "zai/GLM-ASR-2512"],
      ["no_price", "zai/GLM-ASR-2512"],
    ]);
  });

  test("DeepSeek's Chinese page is refused by the name of its currency, the English one is read", () => {
    for (const file of ["deepseek-zh-pricing-2026-07-17.html", "trimmed/microllin-deepseek_zh.html"]) {
      const result = deepseek.parse(page(file), contextOf("deepseek"));
      expect(result).toMatchObject({ ok: false, error: { kind: "not_usd", check: "prices in USD" } });
      expect(!result.ok && result.error.message).toContain("CNY");
      expect(!result.ok && result.error.excerpt).toContain("元");
    }
    const english = parsedOrThrow(
      deepseek.parse(page("trimmed/microllin-deepseek_en.html"), contextOf("deepseek")),
    );
    expect(english.document.offerings.map(({ model, rates }) => [model, rates.length])).toEqual([
      ["deepseek-v4-flash", 3],
      ["deepseek-v4-pro", 3],
    ]);
  });

  test("Together's answer in a small replica", () => {
    const body = page("trimmed/nice2209-together.json");
    const parsed = parsedOrThrow(together.parse(body, contextOf("together")));
    expect(parsed.document.offerings.map(({ model, rates }) => [model, rates.length])).toEqual([
      ["meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8", 2],
      ["deepseek-ai/DeepSeek-V3", 2],
      ["BAAI/bge-large-en-v1.5", 1],
    ]);
  });

  test.each([
    ["openai-developers-pricing-2026-08-21.html", openai],
    ["zai-pricing-2026-08-18.html", zai],
  ])("every price of %s is found again at its place in the page", (file, source) => {
    const placeIn = htmlPlaces(page(file).toString("utf8"));
    const { offerings } = parsedOrThrow(source.parse(page(file), contextOf(source.id))).document;
    const strays = offerings
      .flatMap(({ rates }) => rates)
      .filter(({ usd, where, free }) => {
        const printed = placeIn(where ?? "") ?? "";
        const amounts = (printed.match(/[\d.]+/g) ?? []).map((amount) => readPrice(amount));
        return free === true
          ? !/free/i.test(printed)
          : !amounts.some((read) => read.ok && read.value === usd);
      });
    expect(strays).toEqual([]);
  });

  test.each(PAGES)("%s reads nothing from a wrong page", (_id, source) => {
    const aliyun = source.parse(page("aliyun-pricing-2026-07-17.html"), contextOf(source.id));
    expect(aliyun).toMatchObject({ ok: false, error: { kind: "not_usd", check: "prices in USD" } });
    expect(!aliyun.ok && aliyun.error.message).toContain("CNY");
  });

  const page = (file: string) => readFileSync(join(folder, "html", file));

  function read(source: PriceSource, file: string) {
    return parsedOrThrow(source.parse(readFileSync(join(folder, source.id, file)), contextOf(source.id)));
  }
});

const PAGES = SOURCES.filter((source) => source.kind === "page").map(
  (source) => [source.id, source] as const,
);

const contextOf = (id: string) => ({
  url: `https://${id}.example`,
  fetchedAt: new Date("2026-08-01T00:00:00Z"),
});
