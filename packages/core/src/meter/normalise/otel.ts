import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import { type UsageError, usageError } from "../usage-error.ts";
import { totalSaysOutside } from "./reasoning.ts";
import { inputPools, outputPools } from "./token-pools.ts";
import { type Count, none, plus, readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads a span's `gen_ai.usage.*` attributes (OpenTelemetry's semantic conventions for generative AI); other
 * attributes of the span are not looked at.
 *
 * Input includes cached and written tokens, output includes reasoning, under the current names or the earlier ones
 * that instrumentations still send.
 */
export function fromOtel(raw: unknown): Result<Pools, UsageError> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    return usageError("usage", "must be an object");
  const attributes = Object.entries(raw).filter(([name]) => name.startsWith(PREFIX));
  return readUsage(Object.fromEntries(attributes), (usage) => {
    usage.ignore(`${PREFIX}cost`);
    const input = anyOf(usage, "input_tokens", "prompt_tokens");
    if (!input.given) usage.fail(`usage.${PREFIX}input_tokens`, "must be present");
    const output = anyOf(usage, "output_tokens", "completion_tokens");
    const total = anyOf(usage, "total_tokens");
    const reasoning = anyOf(usage, "reasoning.output_tokens", "output_tokens.reasoning", "reasoning_tokens");
    const outside = totalSaysOutside(total, input, output, reasoning);
    const parts = plus(input, output, outside ? reasoning : none);
    if (total.value > parts.value) usage.fail(total.field, "is more than its parts add up to");
    return {
      ...inputPools(usage, {
        total: input,
        cached: anyOf(usage, "cache_read.input_tokens", "cache_read_input_tokens", "input_tokens.cached"),
        written: anyOf(
          usage,
          "cache_creation.input_tokens",
          "cache_creation_input_tokens",
          "cache_write_input_tokens",
          "input_tokens.cache_write",
        ),
      }),
      ...outputPools(usage, {
        total: output,
        reasoning,
        reasoningOutside: outside,
      }),
    };
  });
}

const anyOf = (usage: UsageReader, ...names: string[]): Count =>
  usage.same(...names.map((name) => usage.count(PREFIX + name)));

const PREFIX = "gen_ai.usage.";
