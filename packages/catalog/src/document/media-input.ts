import type { DocumentOffering, DocumentRate, Meter } from "@ratebook/core";

/** What a request may carry besides text. */
export type Medium = "image" | "video" | "audio";

/** A model as far as the practice depends on it. */
type BilledModel = Pick<DocumentOffering, "provider" | "model" | "modality">;

/**
 * Adds rates for media that the provider bills at the price of text, where the source prints none of their own.
 *
 * Usage of such a model counts images, videos and sound apart, and those pools never borrow another meter's
 * rate. So each text price is stated once more for the medium, with its conditions, its dates and its place in
 * the document. Cached media follow the price of cached text, or that of text where caching has none; where the price
 * of cached text was refused, they stay without one, because what it is remains unknown.
 *
 * @param carries whether the source says that the model takes the medium; by default it is not asked
 * @param refused whether the source states a price of a meter that was refused
 */
export function withMediaInput(
  model: BilledModel,
  rates: readonly DocumentRate[],
  carries: (medium: Medium) => boolean = () => true,
  refused: (meter: Meter) => boolean = () => false,
): DocumentRate[] {
  const priced = (meter: Meter) => rates.filter((rate) => rate.meter === meter);
  const text = priced("input_tokens");
  const cachedText = priced("cache_read_tokens");
  const added = mediaAtTextPrice(model)
    .filter(carries)
    .flatMap((medium) => {
      const { input, cached, measured } = METERS_OF[medium];
      // A medium sold by the second is not sold by the token as well.
      if ([input, ...measured].some((meter) => priced(meter).length > 0)) return [];
      const base = text.map((rate) => ({ ...rate, meter: input }));
      if (cached === null || priced(cached).length > 0 || refused("cache_read_tokens")) return base;
      const reads = cachedText.length > 0 ? cachedText : text;
      return [...base, ...reads.map((rate) => ({ ...rate, meter: cached }))];
    });
  return [...rates, ...added];
}

function mediaAtTextPrice({ provider, model, modality }: BilledModel): Medium[] {
  const name = model.slice(model.lastIndexOf("/") + 1);
  const practice = PRACTICE.filter(
    (row) => row.providers.includes(provider) && row.modalities.includes(modality) && row.models.test(name),
  );
  return [...new Set(practice.flatMap((row) => row.media))];
}

const METERS_OF: { [K in Medium]: { input: Meter; cached: Meter | null; measured: readonly Meter[] } } = {
  image: { input: "image_input_tokens", cached: "image_input_cached_tokens", measured: [] },
  // Cached video is counted with cached text.
  video: { input: "video_input_tokens", cached: null, measured: ["video_input_second"] },
  audio: {
    input: "audio_input_tokens",
    cached: "audio_input_cached_tokens",
    measured: ["audio_input_second"],
  },
};

/**
 * Who bills media as text. Google's price page gives one input price for "text / image / video" and another for
 * audio, and Pro models one for everything: https://ai.google.dev/gemini-api/docs/pricing, read 2026-11-22.
 * genai-prices prices a unit without a price of its own like the unit that contains it: prices/units.yml there.
 */
const PRACTICE: readonly {
  providers: readonly string[];
  models: RegExp;
  modalities: readonly DocumentOffering["modality"][];
  media: readonly Medium[];
}[] = [
  {
    providers: ["google", "vertex-ai"],
    models: /^gemini-(?!.*(embed|tts))/,
    modalities: ["language", "image", "video"],
    media: ["image", "video"],
  },
  {
    providers: ["google", "vertex-ai"],
    models: /^gemini-[\d.]+-pro(-preview|-\d{3})?$/,
    modalities: ["language"],
    media: ["audio"],
  },
];
