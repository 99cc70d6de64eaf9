import {
  compileOffering,
  type DocumentOffering,
  formatUsd,
  must,
  poolsFromQuantities,
  type RatedOffering,
  rateUsage,
  SHIPPED_POLICY,
} from "@ratebook/core";
import { describe, expect, test } from "vitest";
import type { ParsedSource, PriceSource } from "../../source.ts";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { genaiPrices } from "../genai-prices/source.ts";
import { LISTED_CHAT, LISTED_EMBEDDING } from "./listed.ts";
import { starter } from "./source.ts";

const parsed = await readBundled(starter);
const bundledList = await readBundled(genaiPrices);
const at = new Date("2026-11-22T12:00:00Z");

/** What the offering's default request is sold for under the shipped policy, in USD. */
function defaultRequestOf(offering: DocumentOffering): string {
  const { quantities, dimensions } = must(
    offering.defaultRequest,
    "every listed offering has a default request",
  );
  return sold(offering, quantities, dimensions);
}

function sold(
  offering: DocumentOffering,
  quantities: Record<string, string | number | undefined>,
  dimensions: NonNullable<DocumentOffering["defaultRequest"]>["dimensions"],
): string {
  const pools = poolsFromQuantities(quantities);
  if (!pools.ok) throw new Error(pools.error.message);
  const rated = rateUsage(compileOffering(asRated(offering), SHIPPED_POLICY), {
    pools: pools.value,
    dimensions,
    at,
  });
  if (!rated.ok) throw new Error(`${offering.model}: ${rated.error.detail}`);
  return formatUsd(rated.value.total);
}

/** The lowest and the highest default request among offerings of a modality. */
function range(offerings: readonly DocumentOffering[], modality: DocumentOffering["modality"]) {
  const prices = offerings.filter((offering) => offering.modality === modality).map(defaultRequestOf);
  const ordered = prices.toSorted((a, b) => Number(a) - Number(b));
  return [ordered[0], ordered.at(-1)];
}

describe("the documented ranges come out exactly, at list + 20 %", () => {
  const { offerings } = parsed.document;

  test("image: $0.0468 to $0.0960", () => {
    expect(range(offerings, "image")).toEqual(["0.0468", "0.096"]);
  });

  test("video: $0.336 (hailuo 2.3 standard, 6 s) to $3.840 (veo3 with audio, 8 s)", () => {
    expect(range(offerings, "video")).toEqual(["0.336", "3.84"]);
  });

  test("speech: $0.060 to $0.120 per 1,000 characters", () => {
    expect(range(offerings, "tts")).toEqual(["0.06", "0.12"]);
  });

  test("transcription: $0.0044 per minute", () => {
    expect(range(offerings, "stt")).toEqual(["0.0044", "0.0044"]);
  });

  test("voice clones: 0.42 and 1.67, plus 20 %", () => {
    expect(range(offerings, "voice")).toEqual(["0.504", "2.004"]);
  });

  test("infrastructure is sold at its own rates: 0.67, 0.50 and 0.01", () => {
    const own = offerings.filter((offering) => offering.modality === "infrastructure");
    expect(own.map((offering) => [offering.model, defaultRequestOf(offering)])).toEqual([
      ["container", "0.67"],
      ["deployment", "0.5"],
      ["storage", "0.01"],
    ]);
  });

  test("chat: $0.00024 to $0.018 per 1K input tokens, priced by the bundled list", () => {
    expect(range(LISTED_CHAT.map(withBundledPrices), "language")).toEqual(["0.00024", "0.018"]);
  });

  test("embeddings: $0.000024 per 1K input tokens, priced by the bundled list", () => {
    expect(range(LISTED_EMBEDDING.map(withBundledPrices), "embedding")).toEqual(["0.000024", "0.000024"]);
  });
});

describe("video", () => {
  test.each([
    ["fal-ai/veo3", { audio: false }, "2.4"], // 0.20 × 10 × 1.2
    ["fal-ai/veo3", { audio: true }, "4.8"], // 0.40
    ["fal-ai/veo3/fast", { audio: false }, "1.2"], // 0.10
    ["fal-ai/veo3/fast", { audio: true }, "1.8"], // 0.15
    ["fal-ai/veo3.1", { audio: false, resolution: "720p" }, "2.4"], // 0.20
    ["fal-ai/veo3.1", { audio: true, resolution: "1080p" }, "4.8"], // 0.40
    ["fal-ai/veo3.1", { audio: false, resolution: "4k" }, "4.8"], // 0.40
    ["fal-ai/veo3.1", { audio: true, resolution: "4k" }, "7.2"], // 0.60
    ["fal-ai/kling-video/v3/standard/text-to-video", { audio: false }, "1.008"], // 0.084
    ["fal-ai/kling-video/v3/standard/text-to-video", { audio: true }, "1.512"], // 0.126
    ["fal-ai/kling-video/v3/standard/text-to-video", { audio: true, mode: "voice" }, "1.848"], // 0.154
    ["fal-ai/kling-video/v2.6/pro/text-to-video", { audio: false }, "0.84"], // 0.07
    ["fal-ai/kling-video/v2.6/pro/text-to-video", { audio: true }, "1.68"], // 0.14
    ["fal-ai/kling-video/v2.6/pro/text-to-video", { audio: true, mode: "voice" }, "2.016"], // 0.168
    ["wan/v2.6/text-to-video", { resolution: "720p" }, "1.2"], // 0.10
    ["wan/v2.6/text-to-video", { resolution: "1080p" }, "1.8"], // 0.15
    ["bytedance/seedance-2.0/text-to-video", { resolution: "720p" }, "3.6408"], // 0.3034
  ])("10 seconds of %s with %o are sold for %s", (model, dimensions, price) => {
    expect(sold(offeringNamed(parsed, `fal/${model}`), { video_second: 10 }, dimensions)).toBe(price);
  });

  test("Hailuo is sold by the video, Seedance also by the token", () => {
    const hailuo = offeringNamed(parsed, "fal/fal-ai/minimax/hailuo-2.3/standard/text-to-video");
    // 0.56 × 1.2
    expect(sold(hailuo, { video_request: 1 }, { duration_seconds: 10 })).toBe("0.672");
    const pro = offeringNamed(parsed, "fal/fal-ai/minimax/hailuo-2.3/pro/text-to-video");
    // 0.49 × 1.2
    expect(sold(pro, { video_request: 1 }, {})).toBe("0.588");
    const seedance = offeringNamed(parsed, "fal/bytedance/seedance-2.0/text-to-video");
    // 720 × 1280 × 5 × 24 / 1024 = 108,000 tokens; × 0.014 / 1000 × 1.2
    expect(sold(seedance, { video_tokens: 108_000 }, {})).toBe("1.8144");
  });

  test.each([
    [{ resolution: "360p", duration_seconds: 5, audio: false }, "0.42"], // 0.35 × 1.2
    [{ resolution: "720p", duration_seconds: 8, audio: false }, "1.08"], // 0.45 × 2 × 1.2
    [{ resolution: "540p", duration_seconds: 10, audio: true }, "2.112"], // (0.35 + 0.45) × 2.2 × 1.2
    [{ resolution: "1080p", duration_seconds: 8, audio: true }, "3.6"], // (0.75 + 0.75) × 2 × 1.2
  ])("a PixVerse video of %o is sold for %s", (dimensions, price) => {
    const pixverse = offeringNamed(parsed, "fal/fal-ai/pixverse/v5.6/text-to-video");
    expect(sold(pixverse, { video_request: 1 }, dimensions)).toBe(price);
  });

  test("a request that does not say what it asked for has no price", () => {
    const veo = offeringNamed(parsed, "fal/fal-ai/veo3");
    expect(() => sold(veo, { video_second: 8 }, {})).toThrow();
    expect(() => sold(veo, { video_second: 8 }, { resolution: "4k" })).toThrow();
  });
});

test("every priced row names its address and the day it was read; what the operator sells needs no address", () => {
  for (const offering of parsed.document.offerings.filter((each) => each.rates.length > 0)) {
    expect(offering.checkedAt).toBe("2026-11-22T00:00:00Z");
    expect(offering.sourceUrl?.startsWith("https://") ?? offering.modality === "infrastructure").toBe(true);
  }
});

test("everything in the document is on sale, and nothing was refused or doubtful", () => {
  expect(parsed.document.offerings.every((offering) => offering.listed === true)).toBe(true);
  expect(parsed.refused).toEqual([]);
  expect(parsed.alerts).toEqual([]);
});

test("every listed model is priced by the bundled list, under the same modality", () => {
  for (const id of [...LISTED_CHAT, ...LISTED_EMBEDDING]) {
    const listing = offeringNamed(parsed, id);
    expect([id, offeringNamed(bundledList, id).modality]).toEqual([id, listing.modality]);
    expect(Object.keys(pricesOf(bundledList, id))).toContain("input_tokens");
  }
});

test("no listed chat model is cheaper at some hours than the documented range says", () => {
  for (const id of LISTED_CHAT) {
    expect(offeringNamed(bundledList, id).rates.some((rate) => rate.when.utc_from !== undefined)).toBe(false);
  }
});

test.each([
  ["no offerings", '{"source":"starter"}', "wrong_shape"],
  ["an empty list", '{"offerings":[]}', "no_offerings"],
  [
    "only rows without prices",
    '{"offerings":[{"provider":"a","model":"b","modality":"tts","rates":[]}]}',
    "no_offerings",
  ],
])("a document with %s is a typed failure", (_name, document, kind) => {
  expect(starter.parse(document, { url: "bundled:starter", fetchedAt: at })).toMatchObject({
    ok: false,
    error: { kind },
  });
});

test("a bad row is refused with its field and the others stand", () => {
  const good = {
    provider: "acme",
    model: "ear",
    modality: "stt",
    rates: [{ meter: "stt_second", usd: "0.1", per: 1 }],
  };
  const bad = { ...good, model: "nose", rates: [{ meter: "smell", usd: "1", per: 1 }] };
  const found = parsedOrThrow(
    starter.parse(JSON.stringify({ offerings: [bad, good] }), { url: "bundled:starter", fetchedAt: at }),
  );
  expect(found.document.offerings.map((offering) => offering.model)).toEqual(["ear"]);
  expect(found.refused).toMatchObject([{ kind: "invalid_row", where: "#/offerings/0" }]);
  expect(found.refused[0]?.detail).toContain("rates.0.meter");
});

async function readBundled(source: PriceSource): Promise<ParsedSource> {
  const { raw, url, publishedAt } = await must(source.bundled, "the source is bundled")();
  return parsedOrThrow(source.parse(raw, { url, fetchedAt: publishedAt }));
}

/** A listing row of the starter with the rates the bundled list has for it. */
function withBundledPrices(id: string): DocumentOffering {
  return { ...offeringNamed(parsed, id), rates: offeringNamed(bundledList, id).rates };
}

function asRated({ provider, model, modality, rates, listed }: DocumentOffering): RatedOffering {
  const offering = `${provider}/${model}`;
  return {
    offering,
    provider,
    model,
    modality,
    listed: listed === true,
    rates: rates
      .filter(
        (rate) => (rate.validFrom == null || new Date(rate.validFrom) <= at) && !isOver(rate.validUntil),
      )
      .map((rate, index) => ({
        rateId: String(index),
        offering,
        meter: rate.meter,
        usd: rate.usd,
        per: BigInt(rate.per),
        when: rate.when,
        free: rate.free ?? false,
        minimum: null,
        increment: null,
        included: null,
        ownCost: null,
        source: "starter",
        where: rate.where ?? null,
        sha256: "0".repeat(64),
        validFrom: null,
        validUntil: null,
      })),
  };
}

const isOver = (until: string | null | undefined): boolean => until != null && new Date(until) <= at;
