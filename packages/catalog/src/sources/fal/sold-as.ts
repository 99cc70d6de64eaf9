import type { DocumentOffering, Meter } from "@ratebook/core";

/** What an amount of fal's is the price of. */
export type Sold = { meter: Meter; per: number; modality: DocumentOffering["modality"] };

/**
 * What fal's word for a unit bills; undefined for one without a meter.
 *
 * A unit of time is of what the endpoint makes or takes.
 *
 * @param about the endpoint's id and, where it is stated, its category: whatever tells video from sound
 */
export function soldAs(unit: string, about: string): Sold | undefined {
  const known = UNITS.find(({ names }) => names.includes(unit.toLowerCase()));
  if (known?.seconds === undefined) return known?.as;
  if (/(^|[-/])(text|image|reference|video)-to-video($|[-/])|veo|sora/.test(about)) {
    return { meter: "video_second", per: known.seconds, modality: "video" };
  }
  if (/speech-to-text|whisper|transcri/.test(about))
    return { meter: "stt_second", per: known.seconds, modality: "stt" };
  return undefined;
}

/** Names an endpoint goes by besides its id. */
export const aliasesOf = (id: string): string[] =>
  id.startsWith("fal-ai/") ? [id.slice("fal-ai/".length)] : [];

const UNITS: readonly { names: readonly string[]; as?: Sold; seconds?: number }[] = [
  { names: ["image", "images"], as: { meter: "image", per: 1, modality: "image" } },
  { names: ["megapixel", "megapixels"], as: { meter: "megapixel", per: 1, modality: "image" } },
  { names: ["video_second", "video_seconds"], as: { meter: "video_second", per: 1, modality: "video" } },
  { names: ["video", "videos"], as: { meter: "video_request", per: 1, modality: "video" } },
  { names: ["1000 characters"], as: { meter: "tts_character", per: 1000, modality: "tts" } },
  { names: ["second", "seconds"], seconds: 1 },
  { names: ["minute", "minutes"], seconds: 60 },
];
