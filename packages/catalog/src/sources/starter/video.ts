import type { Conditions } from "@ratebook/core";
import { READ_ON, type StarterOffering } from "./offering.ts";

/**
 * Video models on fal. A rate is only found for a request that says what it asked for (audio, resolution,
 * duration): the defaults differ from model to model, so nothing is assumed.
 */
export const VIDEO: readonly StarterOffering[] = [
  perSecond("fal-ai/veo3", "Veo 3", { audio: true }, 8, [
    ["0.20", { audio: false }],
    ["0.40", { audio: true }],
  ]),
  perSecond("fal-ai/veo3/fast", "Veo 3 Fast", { audio: true }, 8, [
    ["0.10", { audio: false }],
    ["0.15", { audio: true }],
  ]),
  perSecond("fal-ai/veo3.1", "Veo 3.1", { audio: true, resolution: "720p" }, 8, [
    ["0.20", { audio: false, resolution: "720p" }],
    ["0.40", { audio: true, resolution: "720p" }],
    ["0.20", { audio: false, resolution: "1080p" }],
    ["0.40", { audio: true, resolution: "1080p" }],
    ["0.40", { audio: false, resolution: "4k" }],
    ["0.60", { audio: true, resolution: "4k" }],
  ]),
  perSecond("fal-ai/kling-video/v3/standard/text-to-video", "Kling 3.0 Standard", { audio: true }, 5, [
    ["0.084", { audio: false }],
    ["0.126", { audio: true }],
    ["0.154", { audio: true, mode: "voice" }],
  ]),
  perSecond("fal-ai/kling-video/v2.6/pro/text-to-video", "Kling 2.6 Pro", { audio: true }, 5, [
    ["0.07", { audio: false }],
    ["0.14", { audio: true }],
    ["0.168", { audio: true, mode: "voice" }],
  ]),
  perVideo(
    "fal-ai/minimax/hailuo-2.3/standard/text-to-video",
    "Hailuo 2.3 Standard",
    { duration_seconds: 6 },
    [
      ["0.28", { duration_seconds: 6 }],
      ["0.56", { duration_seconds: 10 }],
    ],
  ),
  perVideo("fal-ai/minimax/hailuo-2.3/pro/text-to-video", "Hailuo 2.3 Pro", {}, [["0.49", {}]]),
  perSecond("wan/v2.6/text-to-video", "Wan 2.6", { resolution: "1080p" }, 5, [
    ["0.10", { resolution: "720p" }],
    ["0.15", { resolution: "1080p" }],
  ]),
  perVideo(
    "fal-ai/pixverse/v5.6/text-to-video",
    "PixVerse v5.6",
    { resolution: "720p", duration_seconds: 5, audio: false },
    // Sound adds to the price of 5 seconds; 8 seconds cost twice as much and 10 seconds 2.2 times, sound included.
    [
      ...pixverse("360p", ["0.35", "0.70", "0.77"], ["0.80", "1.60", "1.76"]),
      ...pixverse("540p", ["0.35", "0.70", "0.77"], ["0.80", "1.60", "1.76"]),
      ...pixverse("720p", ["0.45", "0.90", "0.99"], ["0.90", "1.80", "1.98"]),
      ...pixverse("1080p", ["0.75", "1.50", "1.65"], ["1.50", "3.00", "3.30"]),
    ],
  ),
  seedance(),
];

type Row = readonly [usd: string, when: Conditions];
type Dimensions = NonNullable<NonNullable<StarterOffering["defaultRequest"]>["dimensions"]>;

function perSecond(
  model: string,
  name: string,
  dimensions: Dimensions,
  seconds: number,
  rows: readonly Row[],
): StarterOffering {
  const rates = rows.map(([usd, when]) => ({ meter: "video_second" as const, usd, per: 1, when }));
  return onFal(model, name, { quantities: { video_second: seconds }, dimensions }, rates);
}

function perVideo(
  model: string,
  name: string,
  dimensions: Dimensions,
  rows: readonly Row[],
): StarterOffering {
  const rates = rows.map(([usd, when]) => ({ meter: "video_request" as const, usd, per: 1, when }));
  return onFal(model, name, { quantities: { video_request: 1 }, dimensions }, rates);
}

/** Sold by the second, or by tokens of height × width × seconds × 24 / 1024; a request reports one of the two. */
function seedance(): StarterOffering {
  const request = { quantities: { video_second: 5 }, dimensions: { resolution: "720p" } };
  return onFal("bytedance/seedance-2.0/text-to-video", "Seedance 2.0", request, [
    { meter: "video_second", usd: "0.3034", per: 1, when: { resolution: "720p" } },
    { meter: "video_tokens", usd: "0.014", per: 1000, when: {} },
  ]);
}

function onFal(
  model: string,
  name: string,
  defaultRequest: NonNullable<StarterOffering["defaultRequest"]>,
  rates: StarterOffering["rates"],
): StarterOffering {
  return {
    provider: "fal",
    model,
    modality: "video",
    name,
    aliases: model.startsWith("fal-ai/") ? [model.slice("fal-ai/".length)] : [],
    listed: true,
    defaultRequest,
    sourceUrl: `https://fal.ai/models/${model}/llms.txt`,
    checkedAt: READ_ON,
    rates,
  };
}

type ByDuration = readonly [five: string, eight: string, ten: string];

function pixverse(resolution: string, silent: ByDuration, withAudio: ByDuration): Row[] {
  return [false, true].flatMap((audio) =>
    [5, 8, 10].map((duration_seconds, index): Row => {
      const usd = (audio ? withAudio : silent)[index] ?? "";
      return [usd, { resolution, duration_seconds, audio }];
    }),
  );
}
