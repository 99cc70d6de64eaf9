import type { Meter } from "@ratebook/core";
import { READ_ON, type StarterOffering } from "./offering.ts";

/** ElevenLabs: speech, transcription and voice cloning. Its API prices credits; dollars stand on its page only. */
export const VOICE: readonly StarterOffering[] = [
  speech("eleven_flash_v2_5", "Eleven Flash v2.5", "0.05"),
  speech("eleven_turbo_v2_5", "Eleven Turbo v2.5", "0.05"),
  speech("eleven_multilingual_v2", "Eleven Multilingual v2", "0.10"),
  speech("eleven_v3", "Eleven v3", "0.10"),
  onElevenLabs("scribe_v1", "Scribe v1", "stt", { stt_second: 60 }, "stt_second", "0.22", 3600),
  onElevenLabs(
    "voice_clone_instant",
    "Instant voice clone",
    "voice",
    { voice_clone: 1 },
    "voice_clone",
    "0.42",
    1,
  ),
  onElevenLabs(
    "voice_clone_professional",
    "Professional voice clone",
    "voice",
    { voice_clone: 1 },
    "voice_clone",
    "1.67",
    1,
  ),
];

function speech(model: string, name: string, usdPer1000: string): StarterOffering {
  return onElevenLabs(model, name, "tts", { tts_character: 1000 }, "tts_character", usdPer1000, 1000);
}

function onElevenLabs(
  model: string,
  name: string,
  modality: StarterOffering["modality"],
  quantities: NonNullable<StarterOffering["defaultRequest"]>["quantities"],
  meter: Meter,
  usd: string,
  per: number,
): StarterOffering {
  return {
    provider: "elevenlabs",
    model,
    modality,
    name,
    listed: true,
    defaultRequest: { quantities },
    sourceUrl: "https://elevenlabs.io/pricing/api",
    checkedAt: READ_ON,
    rates: [{ meter, usd, per, when: {} }],
  };
}
