import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { readPriceProse } from "./price-prose.ts";
import { falPage } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.txt", import.meta.url), "utf8");
const context = { url: "https://fal.ai/models", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(falPage.parse(raw, context));

test("each known sentence becomes rates under the conditions it states", () => {
  expect(
    Object.fromEntries(
      parsed.document.offerings.map(({ model }) => [model, pricesOf(parsed, `fal/${model}`)]),
    ),
  ).toEqual({
    "acme/clip/text-to-video": {
      "video_second?audio=false": "0.21 / 1",
      "video_second?audio=true": "0.43 / 1",
    },
    "fal-ai/brush": { image: "0.07 / 1" },
    "fal-ai/brush-wide": { megapixel: "0.012 / 1" },
    "acme/tall/image-to-video": {
      'video_second?resolution="720p"': "0.13 / 1",
      'video_second?resolution="1080p"': "0.27 / 1",
    },
    "fal-ai/short-film": { "video_request?duration_seconds=4": "0.41 / 1" },
    "fal-ai/narrator": { tts_character: "0.06 / 1000" },
  });
  expect(offeringNamed(parsed, "fal/fal-ai/brush")).toMatchObject({
    aliases: ["brush"],
    sourceUrl: "https://fal.ai/models/fal-ai/brush/llms.txt",
  });
});

test("what is ambiguous is refused as a whole, and the reason says why", () => {
  expect(parsed.refused.map(({ kind, offering, detail }) => [offering, kind, detail.split(":")[0]])).toEqual([
    ["fal/fal-ai/stepper", "ambiguous_unit", "cents beside a dollar sign"],
    ["fal/fal-ai/sizes", "ambiguous_price", "a multiple of another price"],
    ["fal/fal-ai/collage", "ambiguous_price", "a surcharge beside the price"],
    ["fal/fal-ai/long-film", "ambiguous_price", "a surcharge beside the price"],
    ["fal/acme/speaker/text-to-video", "ambiguous_price", "a condition in a form that is not known"],
    ["fal/fal-ai/doubles", "ambiguous_price", "a multiple of another price"],
    ["fal/fal-ai/reverser", "ambiguous_unit", 'the unit "compute seconds" has no meter here'],
    ["fal/fal-ai/two-prices", "ambiguous_price", "several amounts that no condition tells apart"],
    ["fal/fal-ai/gift", "zero_price", "0 without a word that it is free"],
    ["fal/fal-ai/other", "invalid_row", "the page is of fal-ai/someone-else"],
    ["fal/fal-ai/quiet", "no_price", "no section Pricing, or more than one"],
    ["fal/fal-ai/gone", "no_price", "the page was not read"],
  ]);
});

describe("a price sentence", () => {
  test.each([
    "Your request will cost $0.05 per image, or $0.10 for 2K.",
    "Your request will cost from $0.05 per image.",
    "Your request will cost $0.05 per image (minimum 4 images).",
    "Your request will cost $0.05 per image. Price depends on the length.",
    "Your request will cost $0.05 per image. The discount ends in September.",
    "Your request will cost 0.05 € per image.",
    "Your request will cost $0.05-$0.07 per image.",
    "Your request will cost $1,5 per image.",
    "For every second of video, you will be charged $0.2 (audio off) or $0.1 (audio off).",
    "For every second of video you generated, you will be charged $0.2. For 1080p video you will be charged $0.4/second.",
    "For example, an image costs $0.05.",
    "Your request will cost $0.05 per image. For example, a 4K image will cost $0.10.",
    "Free.",
    "",
  ])("%j is refused", (prose) => {
    expect(readPriceProse(prose).is).toBe("refused");
  });

  test("a sentence that ends in the middle of its amount's line still stands where it is printed", () => {
    const prose = "\n\nYour request\nwill cost **$0.0125**\nper image.\n";
    const read = readPriceProse(prose);
    if (read.is !== "prices") throw new Error(read.detail);
    expect(read.prices.map(({ at }) => prose.slice(at.from, at.to))).toEqual(["0.0125"]);
  });
});

test("a word that goes missing may take prices with it and never makes another", () => {
  const whole = pricesIn(raw);
  const words = [...raw.matchAll(/[^\s*]+/g)];
  const strangers = new Set<string>();
  for (const word of words) {
    const without = raw.slice(0, word.index) + raw.slice(word.index + word[0].length);
    for (const price of pricesIn(without)) if (!whole.has(price)) strangers.add(`${word[0]}: ${price}`);
  }
  expect([...strangers]).toEqual([]);
});

function pricesIn(text: string): Set<string> {
  const result = falPage.parse(text, context);
  if (!result.ok) return new Set();
  return new Set(
    result.value.document.offerings.flatMap(({ model, rates }) =>
      rates.map(({ meter, usd, per, when }) => `${model} ${meter} ${usd} ${per} ${JSON.stringify(when)}`),
    ),
  );
}
