import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import type { UsageError } from "../usage-error.ts";
import { fromAiSdk } from "./ai-sdk.ts";
import { fromAnthropic } from "./anthropic.ts";
import { fromGemini } from "./gemini.ts";
import { fromOpenAiChat } from "./openai-chat.ts";
import { fromOpenAiResponses } from "./openai-responses.ts";
import { fromOtel } from "./otel.ts";

/** The usage formats a caller may send as they are. */
export const USAGE_FORMATS = ["openai", "openai-responses", "anthropic", "gemini", "ai-sdk", "otel"] as const;
export type UsageFormat = (typeof USAGE_FORMATS)[number];

/**
 * Splits a provider's raw usage object into disjoint pools, so that nothing is billed twice and nothing is left out.
 *
 * `provider` is who bills (Ratebook's name for it): a few formats mean different things by provider. Errors name the
 * field: what is negative, fractional, not finite, not a number or missing; parts larger than their whole; and fields
 * that are not known, unless there is nothing in them. A negative pool is an error, never clamped.
 */
export function normaliseUsage(
  format: UsageFormat,
  raw: unknown,
  provider?: string,
): Result<Pools, UsageError> {
  return NORMALISERS[format](raw, provider);
}

const NORMALISERS: {
  [format in UsageFormat]: (raw: unknown, provider?: string) => Result<Pools, UsageError>;
} = {
  openai: fromOpenAiChat,
  "openai-responses": fromOpenAiResponses,
  anthropic: fromAnthropic,
  gemini: fromGemini,
  "ai-sdk": fromAiSdk,
  otel: fromOtel,
};
