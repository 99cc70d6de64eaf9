import type { DocumentOffering } from "@ratebook/core";
import { providerName } from "../../document/provider-name.ts";

/** A key of LiteLLM's file with the provider it names. */
export type RouteKey = { key: string; provider: string };

/**
 * The model name of each key within its provider.
 *
 * A key is a billing route ("openrouter/openai/gpt-5.2", "bedrock/us-gov-west-1/…"). Its first segment is taken
 * off where it only repeats the provider. Where that gives several keys one name, the plainest key has it (one
 * with nothing to take off, else the one that spells the provider as we do) and the others keep their whole key.
 */
export function modelNames(keys: readonly RouteKey[]): Map<string, string> {
  const owners = new Map<string, RouteKey>();
  for (const route of keys) {
    const id = `${route.provider}/${shortName(route)}`;
    const owner = owners.get(id);
    if (owner === undefined || plainness(route) > plainness(owner)) owners.set(id, route);
  }
  return new Map(
    keys.map((route) => {
      const short = shortName(route);
      return [route.key, owners.get(`${route.provider}/${short}`) === route ? short : route.key];
    }),
  );
}

function plainness(route: RouteKey): number {
  if (shortName(route) === route.key) return 2;
  return route.key.startsWith(`${route.provider}/`) ? 1 : 0;
}

function shortName({ key, provider }: RouteKey): string {
  const slash = key.indexOf("/");
  if (slash <= 0 || slash === key.length - 1) return key;
  return providerName(key.slice(0, slash)) === provider ? key.slice(slash + 1) : key;
}

/** LiteLLM's mode as a modality; null for a mode nobody has described. A row without a mode is a chat model. */
export function modalityOfMode(mode: string | null): DocumentOffering["modality"] | null {
  return mode === null ? "language" : (MODES.get(mode) ?? null);
}

const MODES = new Map<string, DocumentOffering["modality"]>([
  ["chat", "language"],
  ["completion", "language"],
  ["responses", "language"],
  ["realtime", "language"],
  ["moderation", "language"],
  ["moderations", "language"],
  ["embedding", "embedding"],
  ["image_generation", "image"],
  ["image_edit", "image"],
  ["video_generation", "video"],
  ["audio_speech", "tts"],
  ["audio_transcription", "stt"],
  ["rerank", "rerank"],
  ["search", "search"],
  ["vector_store", "search"],
  ["ocr", "ocr"],
]);
