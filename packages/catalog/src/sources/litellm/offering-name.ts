import type { DocumentOffering } from "@ratebook/core";
import { canonicalProvider } from "../../document/provider-name.ts";

/** A key of LiteLLM's file with the provider it names. */
export type RouteKey = { key: string; provider: string };

/**
 * The model name of each key within its provider.
 *
 * A key is a billing route ("openrouter/openai/gpt-5.2", "bedrock/us-gov-west-1/…"). Its first segment is taken
 * off where it only repeats the provider. Where that would give two keys one name, the key that had nothing to
 * take off keeps it, and the others keep their whole key.
 */
export function modelNames(keys: readonly RouteKey[]): Map<string, string> {
  const claims = new Map<string, RouteKey[]>();
  for (const route of keys) {
    const id = `${route.provider}/${shortName(route)}`;
    claims.set(id, [...(claims.get(id) ?? []), route]);
  }
  return new Map(
    keys.map((route) => {
      const short = shortName(route);
      const alone = claims.get(`${route.provider}/${short}`)?.length === 1;
      return [route.key, alone ? short : route.key];
    }),
  );
}

function shortName({ key, provider }: RouteKey): string {
  const slash = key.indexOf("/");
  if (slash <= 0 || slash === key.length - 1) return key;
  return canonicalProvider(key.slice(0, slash)) === provider ? key.slice(slash + 1) : key;
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
