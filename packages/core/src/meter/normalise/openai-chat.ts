import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import type { UsageError } from "../usage-error.ts";
import { countsReasoningOutside, totalSaysOutside } from "./reasoning.ts";
import { searches } from "./server-tools.ts";
import { inputPools, outputPools } from "./token-pools.ts";
import { type Count, plus, readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads the `usage` of OpenAI's chat completions and embeddings, and of the many providers that copy the format.
 *
 * `prompt_tokens` includes cached and media tokens. `completion_tokens` includes reasoning, except with the
 * providers that leave it out, or where `total_tokens` says it is left out. A total that its parts do not reach is an
 * error, except where the provider is known to leave thinking (Google) or audio seconds (Mistral) to it.
 */
export function fromOpenAiChat(raw: unknown, provider?: string): Result<Pools, UsageError> {
  return readUsage(raw, (usage) => {
    const prompt = usage.required("prompt_tokens");
    const completion = usage.count("completion_tokens");
    const total = usage.count("total_tokens");
    const input = usage.group("prompt_tokens_details");
    const output = usage.group("completion_tokens_details");
    const seconds = usage.quantity("prompt_audio_seconds", "audio_input_second");
    const citation = usage.count("citation_tokens");
    const reported = usage.same(output.count("reasoning_tokens"), usage.count("reasoning_tokens"));
    const outside = countsReasoningOutside(provider) || totalSaysOutside(total, prompt, completion, reported);
    const parts = plus(prompt, completion, outside ? reported : { ...reported, value: 0n }, citation);
    const surplus = total.value - parts.value;
    const thought = surplus > 0n && THINKS_IN_TOTAL.has(provider ?? "") && !reported.given;
    if (surplus > 0n && !thought && !seconds.given)
      usage.fail(total.field, "is more than its parts add up to");
    const cached = cachedPrompt(usage, input, prompt);
    // Both predicted texts are billed as output: https://platform.openai.com/docs/guides/predicted-outputs
    output.ignore("accepted_prediction_tokens", "rejected_prediction_tokens", "text_tokens");
    input.ignore("text_tokens");
    usage.ignore(...IGNORED);
    return {
      ...inputPools(usage, {
        total: prompt,
        cached,
        ...written(usage, input),
        audio: input.count("audio_tokens"),
        image: input.count("image_tokens"),
        video: input.count("video_tokens"),
      }),
      ...outputPools(usage, {
        total: completion,
        reasoning: thought ? { ...total, value: surplus } : reported,
        reasoningOutside: outside || thought,
        audio: output.count("audio_tokens"),
        image: output.count("image_tokens"),
        video: output.count("video_tokens"),
      }),
      citation_tokens: citation,
      web_search: searches(usage),
      audio_input_second: seconds,
    };
  });
}

/** Cached prompt tokens, under OpenAI's name or those of Moonshot, Anthropic's gateways and DeepSeek. */
function cachedPrompt(usage: UsageReader, input: UsageReader, prompt: Count): Count {
  const hit = usage.count("prompt_cache_hit_tokens");
  const miss = usage.count("prompt_cache_miss_tokens");
  if (miss.given) usage.same(prompt, { ...miss, value: miss.value + hit.value });
  return usage.same(
    input.count("cached_tokens"),
    usage.count("cached_tokens"),
    usage.count("cache_read_input_tokens"),
    hit,
  );
}

/** Tokens written to a cache, inside `prompt_tokens`, with the one-hour part where it is told apart. */
function written(usage: UsageReader, input: UsageReader): { written: Count; written1h: Count } {
  const all = usage.same(
    input.count("cache_write_tokens"),
    input.count("cache_creation_tokens"),
    usage.count("cache_creation_input_tokens"),
  );
  const lives = input.group("cache_creation_token_details");
  const hour = lives.count("ephemeral_1h_input_tokens");
  const minutes = lives.count("ephemeral_5m_input_tokens");
  const sum = { ...plus(minutes, hour), given: minutes.given && hour.given };
  return { written: usage.rest(usage.same(all, sum), hour), written1h: hour };
}

/** Google's compatible endpoint reports thinking only as the difference between the total and its parts. */
const THINKS_IN_TOTAL: ReadonlySet<string> = new Set(["google", "gemini", "vertex", "vertex_ai"]);

/** Costs, times and names of terms. Terms select rates; they are dimensions of the event, not quantities. */
const IGNORED = [
  "cost",
  "cost_details",
  "cost_in_usd_ticks",
  "estimated_cost",
  "is_byok",
  "service_tier",
  "search_context_size",
  "inference_geo",
  "speed",
  "queue_time",
  "prompt_time",
  "completion_time",
  "total_time",
  "num_server_side_tools_used",
];
