import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { fal } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://api.fal.ai/v1/models/pricing", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(fal.parse(raw, context));

test("each unit has its meter; seconds are of what the endpoint's name says it makes or takes", () => {
  expect(
    parsed.document.offerings.map(({ model, rates }) => [model, rates[0]?.meter, rates[0]?.per]),
  ).toEqual([
    ["fal-ai/brush", "image", 1],
    ["fal-ai/brush-wide", "megapixel", 1],
    ["acme/clip/text-to-video", "video_second", 1],
    ["fal-ai/whisper-9", "stt_second", 60],
    ["fal-ai/speaker", "tts_character", 1000],
  ]);
  expect(pricesOf(parsed, "fal/fal-ai/brush")).toEqual({ image: "0.04 / 1" });
  expect(offeringNamed(parsed, "fal/fal-ai/brush").aliases).toEqual(["brush"]);
});

test("an unknown unit, seconds of nobody knows what, another currency and a zero are refused", () => {
  expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
    ["ambiguous_unit", "fal/fal-ai/humming"],
    ["ambiguous_unit", "fal/fal-ai/odd"],
    ["not_usd", "fal/fal-ai/euro"],
    ["not_usd", "fal/fal-ai/unsaid"],
    ["zero_price", "fal/fal-ai/gift"],
    ["invalid_row", null],
  ]);
});

test("the endpoints that are sold from the first start are asked for, with the key", () => {
  expect(fal.defaultUrl).toContain("endpoint_id=fal-ai%2Fveo3&endpoint_id=fal-ai%2Fveo3%2Ffast");
  expect(fal.key).toEqual({ env: "FAL_KEY", header: "authorization", prefix: "Key " });
});
