import type { Meter } from "./meters.ts";

/**
 * The meter whose rate a provider applies to `meter` when it publishes none of its own, or null.
 *
 * Only cache and reasoning pools of text ever fall back, and only where the table says that is the provider's
 * practice; audio, image and tool pools never do. For null the event is unrated.
 */
export function fallbackMeter(provider: string, meter: Meter): Meter | null {
  const practice = PRACTICE.get(provider) ?? NONE;
  if (meter === "cache_read_tokens") return practice.cacheRead ? "input_tokens" : null;
  if (meter === "cache_write_tokens" || meter === "cache_write_1h_tokens") {
    return practice.cacheWrite ? "input_tokens" : null;
  }
  if (meter === "reasoning_tokens") return practice.reasoning ? "output_tokens" : null;
  return null;
}

type Practice = { cacheRead: boolean; cacheWrite: boolean; reasoning: boolean };

const NONE: Practice = { cacheRead: false, cacheWrite: false, reasoning: false };
/** Caching is automatic: tokens written cost what input costs, and without a published discount so do tokens read. */
const AUTOMATIC_CACHE: Practice = { cacheRead: true, cacheWrite: true, reasoning: true };
/** Cache writes carry a surcharge and reads a deep discount, so neither may be guessed from the input rate. */
const PRICED_CACHE: Practice = { cacheRead: false, cacheWrite: false, reasoning: true };

/**
 * Practice by provider, with the spellings the price sources use for it. Thinking tokens are billed as output
 * on every provider's own price page except Perplexity's, where deep research prices them by themselves.
 */
const PRACTICE: ReadonlyMap<string, Practice> = new Map(
  Object.entries({
    // Cached input has its own rate where it is discounted and costs the input rate elsewhere:
    // https://platform.openai.com/docs/guides/prompt-caching
    openai: AUTOMATIC_CACHE,
    azure: AUTOMATIC_CACHE,
    azure_ai: AUTOMATIC_CACHE,
    "azure-ai": AUTOMATIC_CACHE,
    // Implicit caching: https://ai.google.dev/gemini-api/docs/caching
    google: AUTOMATIC_CACHE,
    gemini: AUTOMATIC_CACHE,
    vertex: AUTOMATIC_CACHE,
    vertex_ai: AUTOMATIC_CACHE,
    "vertex-ai": AUTOMATIC_CACHE,
    // https://api-docs.deepseek.com/guides/kv_cache
    deepseek: AUTOMATIC_CACHE,
    // https://docs.x.ai/docs/models
    xai: AUTOMATIC_CACHE,
    "x-ai": AUTOMATIC_CACHE,
    // https://console.groq.com/docs/prompt-caching
    groq: AUTOMATIC_CACHE,
    mistral: AUTOMATIC_CACHE,
    mistralai: AUTOMATIC_CACHE,
    moonshotai: AUTOMATIC_CACHE,
    moonshot: AUTOMATIC_CACHE,
    zhipuai: AUTOMATIC_CACHE,
    zai: AUTOMATIC_CACHE,
    "z-ai": AUTOMATIC_CACHE,
    cerebras: AUTOMATIC_CACHE,
    together: AUTOMATIC_CACHE,
    together_ai: AUTOMATIC_CACHE,
    fireworks: AUTOMATIC_CACHE,
    fireworks_ai: AUTOMATIC_CACHE,
    deepinfra: AUTOMATIC_CACHE,
    novita: AUTOMATIC_CACHE,
    cohere: AUTOMATIC_CACHE,
    // https://docs.claude.com/en/docs/build-with-claude/prompt-caching: writes 1.25 and 2 times input, reads a tenth.
    anthropic: PRICED_CACHE,
    // Bedrock resells Anthropic's terms: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
    aws: PRICED_CACHE,
    bedrock: PRICED_CACHE,
    // Explicit caches are written at 1.25 times input: https://www.alibabacloud.com/help/en/model-studio/context-cache
    alibaba: PRICED_CACHE,
    qwen: PRICED_CACHE,
    dashscope: PRICED_CACHE,
    minimax: PRICED_CACHE,
    // A router passes on its upstream's terms: https://openrouter.ai/docs/features/prompt-caching
    openrouter: PRICED_CACHE,
    perplexity: NONE,
  }),
);
