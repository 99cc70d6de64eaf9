import type { StarterOffering } from "./offering.ts";

/**
 * Chat models sold from the first start, priced by the bundled list: from $0.20 to $15 per million input tokens.
 * Models outside that span, cheaper at some hours or with a fee per request are left for the operator to list.
 */
export const LISTED_CHAT = [
  "anthropic/claude-haiku-4-5",
  "anthropic/claude-sonnet-4-5",
  "anthropic/claude-sonnet-5",
  "anthropic/claude-opus-4-1",
  "anthropic/claude-opus-5",
  "deepseek/deepseek-v3.2",
  "google/gemini-2.5-flash",
  "google/gemini-2.5-pro",
  "google/gemini-3.1-flash-lite",
  "google/gemini-3.1-pro-preview",
  "minimax/MiniMax-M2.7",
  "mistral/mistral-large-2512",
  "mistral/mistral-medium-3-1",
  "moonshotai/kimi-k2.6",
  "openai/gpt-4.1",
  "openai/gpt-4.1-mini",
  "openai/gpt-4o",
  "openai/gpt-5",
  "openai/gpt-5-mini",
  "openai/gpt-5.2",
  "openai/gpt-5.4",
  "openai/gpt-5.4-nano",
  "openai/o3",
  "openai/o4-mini",
  "xai/grok-4-1-fast-reasoning",
  "xai/grok-4.5",
  "zai/GLM-5.2",
] as const;

/** Embedding models sold from the first start. */
export const LISTED_EMBEDDING = ["openai/text-embedding-3-small"] as const;

/**
 * The listed models as rows of the starter document: on sale, without a price of their own.
 *
 * A row without rates says nothing about prices; those come from whichever source has them.
 */
export const LISTED: readonly StarterOffering[] = [
  ...LISTED_CHAT.map((id) => listing(id, "language")),
  ...LISTED_EMBEDDING.map((id) => listing(id, "embedding")),
];

function listing(id: string, modality: "language" | "embedding"): StarterOffering {
  const slash = id.indexOf("/");
  return {
    provider: id.slice(0, slash),
    model: id.slice(slash + 1),
    modality,
    listed: true,
    defaultRequest: { quantities: { input_tokens: 1000 } },
    rates: [],
  };
}
