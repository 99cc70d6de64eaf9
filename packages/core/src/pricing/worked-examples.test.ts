import { describe, expect, test } from "vitest";
import type { Modality } from "../meter/meters.ts";
import { formatUsd } from "../money/format.ts";
import { compileOffering } from "./compile-offering.ts";
import { SHIPPED_POLICY } from "./markup.ts";
import type { Dimensions } from "./price-document.ts";
import { rateUsage } from "./rate-usage.ts";
import { offeringFrom, poolsFrom, type RateSketch } from "./testing/rates.ts";

const at = new Date("2026-11-22T12:00:00Z");

function soldFor(
  modality: Modality,
  rates: readonly RateSketch[],
  quantities: Record<string, string | number>,
  dimensions: Dimensions = {},
): string {
  const offering = compileOffering(offeringFrom("acme", "m", modality, rates), SHIPPED_POLICY);
  const rated = rateUsage(offering, { pools: poolsFrom(quantities), dimensions, at });
  if (!rated.ok) throw new Error(rated.error.detail);
  return formatUsd(rated.value.total);
}

describe("the documented figures, at list + 20 %", () => {
  test.each([
    // 0.20 / 10^6 × 1000 × 1.2
    ["minimax-m2.7", "0.20", "0.00024"],
    // 15 / 10^6 × 1000 × 1.2
    ["the dearest curated chat model", "15", "0.018"],
  ])("chat: 1K input tokens of %s", (_, usd, sold) => {
    expect(soldFor("language", [["input_tokens", usd, 1_000_000]], { input_tokens: 1000 })).toBe(sold);
  });

  test("embeddings: 1K tokens of text-embedding-3-small", () => {
    // 0.02 / 10^6 × 1000 × 1.2 = 0.000024
    expect(soldFor("embedding", [["input_tokens", "0.02", 1_000_000]], { input_tokens: 1000 })).toBe(
      "0.000024",
    );
  });

  test.each([
    ["gemini-2.5-flash-image", "0.039", "0.0468"],
    ["flux-kontext-max", "0.08", "0.096"],
  ])("an image of %s", (_, usd, sold) => {
    expect(soldFor("image", [["image", usd, 1]], { image: 1 })).toBe(sold);
  });

  test("TTS: 1K characters of flash and turbo v2.5, of multilingual v2 and v3", () => {
    expect(soldFor("tts", [["tts_character", "0.05", 1000]], { tts_character: 1000 })).toBe("0.06");
    expect(soldFor("tts", [["tts_character", "0.10", 1000]], { tts_character: 1000 })).toBe("0.12");
  });

  test("STT: a minute of scribe, priced by the hour", () => {
    // 0.22 / 3600 × 60 × 1.2 = 0.0044
    expect(soldFor("stt", [["stt_second", "0.22", 3600]], { stt_second: 60 })).toBe("0.0044");
  });

  test("voice clone, by tier", () => {
    const tiers: RateSketch[] = [
      ["voice_clone", "0.42", 1, { tier: "instant" }],
      ["voice_clone", "1.67", 1, { tier: "professional" }],
    ];
    expect(soldFor("voice", tiers, { voice_clone: 1 }, { tier: "instant" })).toBe("0.504");
    expect(soldFor("voice", tiers, { voice_clone: 1 }, { tier: "professional" })).toBe("2.004");
  });

  test("infrastructure is sold at its own rates", () => {
    const sold = (usd: string, meter: RateSketch[0]) =>
      soldFor("infrastructure", [[meter, usd, 1]], { [meter]: 1 });
    expect(sold("0.67", "container_day")).toBe("0.67");
    expect(sold("0.50", "container_deployment")).toBe("0.5");
    expect(sold("0.01", "storage_gb_day")).toBe("0.01");
    // A credit is a dollar: 30 days are about $20.
    expect(soldFor("infrastructure", [["container_day", "0.67", 1]], { container_day: 30 })).toBe("20.1");
  });
});

describe("video, from upstream economics", () => {
  const perSecond = (...rows: [usd: string, when: Dimensions][]): RateSketch[] =>
    rows.map(([usd, when]) => ["video_second", usd, 1, when]);
  const off = { audio: false };
  const on = { audio: true };

  test("the cheapest default request: hailuo 2.3 standard, 6 seconds for one price", () => {
    const rates: RateSketch[] = [
      ["video_request", "0.28", 1, { duration_seconds: 6 }],
      ["video_request", "0.56", 1, { duration_seconds: 10 }],
    ];
    expect(soldFor("video", rates, { video_request: 1 }, { duration_seconds: 6 })).toBe("0.336");
    expect(soldFor("video", rates, { video_request: 1 }, { duration_seconds: 10 })).toBe("0.672");
  });

  test("hailuo 2.3 pro, one price a request", () => {
    expect(soldFor("video", [["video_request", "0.49", 1]], { video_request: 1 })).toBe("0.588");
  });

  test("the dearest default request: veo3 with audio, 8 seconds", () => {
    const veo3 = perSecond(["0.20", off], ["0.40", on]);
    // 0.40 × 8 × 1.2 = 3.84; 0.20 × 8 × 1.2 = 1.92
    expect(soldFor("video", veo3, { video_second: 8 }, on)).toBe("3.84");
    expect(soldFor("video", veo3, { video_second: 8 }, off)).toBe("1.92");
    expect(soldFor("video", perSecond(["0.10", off], ["0.15", on]), { video_second: 8 }, on)).toBe("1.44");
  });

  test("veo3.1 by resolution and audio", () => {
    const veo = perSecond(
      ...["720p", "1080p"].flatMap((resolution): [string, Dimensions][] => [
        ["0.20", { resolution, ...off }],
        ["0.40", { resolution, ...on }],
      ]),
      ["0.40", { resolution: "4k", ...off }],
      ["0.60", { resolution: "4k", ...on }],
    );
    expect(soldFor("video", veo, { video_second: 8 }, { resolution: "1080p", ...off })).toBe("1.92");
    expect(soldFor("video", veo, { video_second: 8 }, { resolution: "4k", ...on })).toBe("5.76");
  });

  test("kling by audio and voice", () => {
    const kling = (silent: string, sound: string, voice: string) =>
      perSecond([silent, off], [sound, on], [voice, { ...on, mode: "voice" }]);
    const v3 = kling("0.084", "0.126", "0.154");
    // × 5 s × 1.2
    expect(soldFor("video", v3, { video_second: 5 }, off)).toBe("0.504");
    expect(soldFor("video", v3, { video_second: 5 }, on)).toBe("0.756");
    expect(soldFor("video", v3, { video_second: 5 }, { ...on, mode: "voice" })).toBe("0.924");
    const v26pro = kling("0.07", "0.14", "0.168");
    expect(soldFor("video", v26pro, { video_second: 5 }, off)).toBe("0.42");
    expect(soldFor("video", v26pro, { video_second: 5 }, on)).toBe("0.84");
    expect(soldFor("video", v26pro, { video_second: 5 }, { ...on, mode: "voice" })).toBe("1.008");
  });

  test("wan 2.6 by resolution", () => {
    const wan = perSecond(["0.10", { resolution: "720p" }], ["0.15", { resolution: "1080p" }]);
    expect(soldFor("video", wan, { video_second: 5 }, { resolution: "720p" })).toBe("0.6");
    expect(soldFor("video", wan, { video_second: 5 }, { resolution: "1080p" })).toBe("0.9");
  });

  test("pixverse v5.6 by resolution, audio and duration", () => {
    // For 5 s; audio adds 0.45 (0.75 at 1080p), 8 s doubles, 10 s is × 2.2. Written out, as its rows are.
    const pixverse: RateSketch[] = [
      ["video_request", "0.35", 1, { resolution: "360p", ...off, duration_seconds: 5 }],
      ["video_request", "0.35", 1, { resolution: "540p", ...off, duration_seconds: 5 }],
      ["video_request", "0.45", 1, { resolution: "720p", ...off, duration_seconds: 5 }],
      ["video_request", "0.75", 1, { resolution: "1080p", ...off, duration_seconds: 5 }],
      ["video_request", "0.80", 1, { resolution: "540p", ...on, duration_seconds: 5 }],
      ["video_request", "1.50", 1, { resolution: "1080p", ...on, duration_seconds: 5 }],
      ["video_request", "0.90", 1, { resolution: "720p", ...off, duration_seconds: 8 }],
      ["video_request", "0.99", 1, { resolution: "720p", ...off, duration_seconds: 10 }],
      ["video_request", "3.30", 1, { resolution: "1080p", ...on, duration_seconds: 10 }],
    ];
    const sold = (resolution: string, audio: boolean, seconds: number) =>
      soldFor("video", pixverse, { video_request: 1 }, { resolution, audio, duration_seconds: seconds });
    expect(sold("360p", false, 5)).toBe("0.42");
    expect(sold("540p", true, 5)).toBe("0.96");
    expect(sold("720p", false, 5)).toBe("0.54");
    expect(sold("720p", false, 8)).toBe("1.08");
    expect(sold("720p", false, 10)).toBe("1.188");
    expect(sold("1080p", false, 5)).toBe("0.9");
    expect(sold("1080p", true, 5)).toBe("1.8");
    expect(sold("1080p", true, 10)).toBe("3.96");
  });

  test("seedance 2.0 by the second and by its tokens", () => {
    const second: RateSketch[] = [["video_second", "0.3034", 1, { resolution: "720p" }]];
    // 0.3034 × 5 × 1.2
    expect(soldFor("video", second, { video_second: 5 }, { resolution: "720p" })).toBe("1.8204");
    // 720 × 1280 × 5 s × 24 / 1024 = 108,000 tokens; × 0.014 / 1000 × 1.2
    const tokens: RateSketch[] = [["video_tokens", "0.014", 1000]];
    expect(soldFor("video", tokens, { video_tokens: 108_000 })).toBe("1.8144");
  });
});

test("the smallest documented rate is 24 nanos a token", () => {
  expect(soldFor("embedding", [["input_tokens", "0.02", 1_000_000]], { input_tokens: 1 })).toBe(
    "0.000000024",
  );
});
