import { describe, expect, test } from "vitest";
import { formatUsd } from "../money/format.ts";
import { compileOffering } from "./compile-offering.ts";
import { MarkupPolicy, SHIPPED_POLICY } from "./markup.ts";
import type { RatedOffering } from "./rate.ts";
import { type Product, pricingSummary } from "./summary.ts";
import { offeringFrom } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");
const M = 1_000_000;

function summary(offerings: readonly RatedOffering[], product: Product, policy = SHIPPED_POLICY) {
  const prices = pricingSummary(
    offerings.map((offering) => compileOffering(offering, policy)),
    at,
  )[product];
  const range = prices.range === null ? null : [formatUsd(prices.range.min), formatUsd(prices.range.max)];
  return { ...prices, range };
}

const chat = (model: string, usd: string) =>
  offeringFrom("acme", model, "language", [
    ["input_tokens", usd, M],
    ["output_tokens", "100", M],
    ["input_tokens", "0.01", M, { service_tier: "batch" }],
  ]);

describe("the documented ranges, from rates", () => {
  test("chat per 1K input tokens, and nothing of its output, batch or fees", () => {
    const offerings = [chat("cheap", "0.20"), chat("dear", "15"), chat("between", "3")];
    expect(summary(offerings, "chat-completions")).toMatchObject({
      unit: "1k tokens",
      range: ["0.00024", "0.018"],
      offerings: 3,
    });
    const policy = MarkupPolicy.parse({ id: "p", rules: [{ id: "r", percentBps: 0, feePerRequest: "1" }] });
    expect(summary([chat("m", "1")], "chat-completions", policy).range).toEqual(["0.001", "0.001"]);
  });

  test("embeddings, speech and infrastructure", () => {
    const offerings = [
      offeringFrom("acme", "e", "embedding", [["input_tokens", "0.02", M]]),
      offeringFrom("acme", "flash", "tts", [["tts_character", "0.05", 1000]]),
      offeringFrom("acme", "v3", "tts", [["tts_character", "0.10", 1000]]),
      offeringFrom("acme", "scribe", "stt", [["stt_second", "0.22", 3600]]),
      offeringFrom("platform", "container", "infrastructure", [
        ["container_day", "0.67", 1],
        ["container_deployment", "0.50", 1],
      ]),
      offeringFrom("platform", "storage", "infrastructure", [["storage_gb_day", "0.01", 1]]),
    ];
    const ranges = (
      ["embeddings", "voice-tts", "voice-stt", "containers", "container-deployment", "storage"] as const
    ).map((product) => summary(offerings, product).range?.join(" … "));
    expect(ranges).toEqual([
      "0.000024 … 0.000024",
      "0.06 … 0.12",
      "0.0044 … 0.0044",
      "0.67 … 0.67",
      "0.5 … 0.5",
      "0.01 … 0.01",
    ]);
  });

  test("images and videos by their default request", () => {
    const veo: RatedOffering = {
      ...offeringFrom("fal", "veo3", "video", [
        ["video_second", "0.20", 1, { audio: false }],
        ["video_second", "0.40", 1, { audio: true }],
      ]),
      defaultRequest: { quantities: { video_second: 8 }, dimensions: { audio: true } },
    };
    const hailuo: RatedOffering = {
      ...offeringFrom("fal", "hailuo", "video", [["video_request", "0.28", 1, { duration_seconds: 6 }]]),
      defaultRequest: { quantities: { video_request: 1 }, dimensions: { duration_seconds: 6 } },
    };
    const images = [
      offeringFrom("google", "flash-image", "image", [["image", "0.039", 1]]),
      offeringFrom("bfl", "kontext-max", "image", [["image", "0.08", 1]]),
    ];
    expect(summary([veo, hailuo, ...images], "generate-video").range).toEqual(["0.336", "3.84"]);
    expect(summary([veo, hailuo, ...images], "generate-image").range).toEqual(["0.0468", "0.096"]);
  });

  test("a thing sold only in variants counts with each of them", () => {
    const clone = offeringFrom("elevenlabs", "clone", "voice", [
      ["voice_clone", "0.42", 1, { tier: "instant" }],
      ["voice_clone", "1.67", 1, { tier: "professional" }],
    ]);
    expect(summary([clone], "voice-clone")).toMatchObject({ range: ["0.504", "2.004"], offerings: 1 });
  });
});

test("what is not listed is not in the summary", () => {
  expect(summary([{ ...chat("m", "1"), listed: false }], "chat-completions")).toMatchObject({
    range: null,
    offerings: 0,
  });
});

test("free offerings are counted and do not make the range start at 0", () => {
  const free = offeringFrom("acme", "free", "language", [["input_tokens", "0", M, {}, { free: true }]]);
  expect(summary([free, chat("m", "1")], "chat-completions")).toMatchObject({
    range: ["0.0012", "0.0012"],
    offerings: 1,
    free: 1,
  });
});

test("an offering that cannot be priced is left out", () => {
  const unpriced = offeringFrom("acme", "m", "language", [["output_tokens", "1", M]]);
  expect(summary([unpriced], "chat-completions")).toMatchObject({ range: null, offerings: 0, free: 0 });
});
