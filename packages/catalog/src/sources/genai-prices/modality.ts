import type { DocumentOffering, DocumentRate } from "@ratebook/core";

/** What a model makes, told from what it is billed for and, where that is not enough, from its name. */
export function modalityOf(
  provider: string,
  model: string,
  rates: readonly DocumentRate[],
): DocumentOffering["modality"] {
  const meters = new Set(rates.map((rate) => rate.meter));
  const name = model.toLowerCase();
  if (meters.has("page")) return "ocr";
  if (meters.has("voice_minute")) return "voice";
  if (/rerank/.test(name)) return "rerank";
  if (meters.has("stt_second") || /transcri|whisper/.test(name)) return "stt";
  if (/(^|[-/])tts([-/]|$)/.test(name)) return "tts";
  if (meters.has("video_output_tokens")) return "video";
  if (meters.has("image_output_tokens") || /(^|[-/])(gpt-image|dall-e)/.test(name)) return "image";
  if (!meters.has("output_tokens") && (/embed|\bbge-/.test(name) || provider === "voyageai"))
    return "embedding";
  return "language";
}
