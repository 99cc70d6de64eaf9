import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import { quantity } from "../quantity.ts";
import { sttSeconds } from "../speech.ts";
import type { UsageError } from "../usage-error.ts";
import { totalSaysOutside } from "./reasoning.ts";
import { searches } from "./server-tools.ts";
import { inputPools, outputPools } from "./token-pools.ts";
import { readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads the `usage` of OpenAI's responses, images, realtime and transcription endpoints.
 *
 * `input_tokens` includes cached and media tokens, `output_tokens` includes reasoning (xAI's responses do so too,
 * unlike its chat completions) unless `total_tokens` says it does not. A transcription billed by duration reports
 * `seconds` and no tokens.
 */
export function fromOpenAiResponses(raw: unknown): Result<Pools, UsageError> {
  return readUsage(raw, (usage) => {
    usage.ignore("type", "cost", "cost_in_usd_ticks", "service_tier", "num_server_side_tools_used");
    const seconds = usage.quantity("seconds", "stt_second");
    const input = seconds.given ? usage.count("input_tokens") : usage.required("input_tokens");
    const output = usage.count("output_tokens");
    const total = usage.count("total_tokens");
    // Realtime and transcription write "token_details", the others "tokens_details".
    const inputDetails = usage.group(spelling(usage, "input"));
    const outputDetails = usage.group(spelling(usage, "output"));
    const cachedDetails = inputDetails.group("cached_tokens_details");
    for (const details of [inputDetails, outputDetails, cachedDetails]) details.ignore("text_tokens");
    const reasoning = outputDetails.count("reasoning_tokens");
    const reasoningOutside = totalSaysOutside(total, input, output, reasoning);
    const parts = input.value + output.value + (reasoningOutside ? reasoning.value : 0n);
    if (total.value > parts) usage.fail(total.field, "is more than its parts add up to");
    return {
      ...inputPools(usage, {
        total: input,
        cached: inputDetails.count("cached_tokens"),
        written: inputDetails.count("cache_write_tokens"),
        audio: inputDetails.count("audio_tokens"),
        audioCached: cachedDetails.count("audio_tokens"),
        image: inputDetails.count("image_tokens"),
        imageCached: cachedDetails.count("image_tokens"),
      }),
      ...outputPools(usage, {
        total: output,
        reasoning,
        reasoningOutside,
        audio: outputDetails.count("audio_tokens"),
        image: outputDetails.count("image_tokens"),
      }),
      web_search: searches(usage),
      stt_second: seconds.given ? { ...seconds, value: sttSeconds(quantity(seconds.value)) } : seconds,
    };
  });
}

const spelling = (usage: UsageReader, side: "input" | "output"): string =>
  usage.has(`${side}_token_details`) ? `${side}_token_details` : `${side}_tokens_details`;
