import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import type { UsageError } from "../usage-error.ts";
import { countsReasoningOutside, totalSaysOutside } from "./reasoning.ts";
import { inputPools, outputPools } from "./token-pools.ts";
import { type Count, none, plus, readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads the `usage` of the Vercel AI SDK: version 5, version 6 with its details, and version 6's provider form,
 * in which `inputTokens` and `outputTokens` are objects.
 *
 * In version 6 totals include cached, written and reasoning tokens for every provider. Version 5 passes on what the
 * provider reports: Anthropic's input leaves cached tokens out, xAI's and Google's output leaves reasoning out.
 */
export function fromAiSdk(raw: unknown, provider?: string): Result<Pools, UsageError> {
  return readUsage(raw, (usage) => {
    const details = detailsOf(usage);
    const total = usage.count("totalTokens");
    const flatCached = usage.count("cachedInputTokens");
    const flatReasoning = usage.count("reasoningTokens");
    const cached = usage.same(details.cacheRead, flatCached);
    const reasoning = usage.same(details.reasoning, flatReasoning);
    const { output } = details;
    const leftOut = !details.given && INPUT_WITHOUT_CACHED.has(provider ?? "");
    const input = leftOut ? plus(details.input, cached) : details.input;
    const outside = !details.given && reasoningOutside(provider, { total, input, output, reasoning });
    const parts = plus(input, output, outside ? reasoning : none);
    if (total.value > parts.value) usage.fail(total.field, "is more than its parts add up to");
    const hour = oneHourWrites(usage);
    const pools = {
      ...inputPools(usage, {
        total: input,
        cached,
        written: usage.rest(details.cacheWrite, hour),
        written1h: hour,
      }),
      ...outputPools(usage, { total: output, reasoning, reasoningOutside: outside }),
    };
    agrees(usage, details.noCache, pools.input_tokens);
    agrees(usage, details.text, pools.output_tokens);
    return pools;
  });
}

type Details = {
  [part in "input" | "noCache" | "cacheRead" | "cacheWrite" | "output" | "text" | "reasoning"]: Count;
} & {
  given: boolean;
};

function detailsOf(usage: UsageReader): Details {
  if (usage.isGroup("inputTokens")) {
    const input = usage.group("inputTokens");
    const output = usage.group("outputTokens");
    return {
      given: true,
      input: input.required("total"),
      noCache: input.count("noCache"),
      cacheRead: input.count("cacheRead"),
      cacheWrite: input.count("cacheWrite"),
      output: output.count("total"),
      text: output.count("text"),
      reasoning: output.count("reasoning"),
    };
  }
  const input = usage.group("inputTokenDetails");
  const output = usage.group("outputTokenDetails");
  return {
    given: usage.has("inputTokenDetails") || usage.has("outputTokenDetails"),
    input: usage.required("inputTokens"),
    noCache: input.count("noCacheTokens"),
    cacheRead: input.count("cacheReadTokens"),
    cacheWrite: input.count("cacheWriteTokens"),
    output: usage.count("outputTokens"),
    text: output.count("textTokens"),
    reasoning: output.count("reasoningTokens"),
  };
}

/** One-hour cache writes, which only the provider's own object in `raw` tells apart (Anthropic). */
function oneHourWrites(usage: UsageReader): Count {
  if (!usage.has("raw")) return none;
  const raw = usage.group("raw");
  raw.ignoreRest();
  const lives = raw.isGroup("cache_creation") ? raw.group("cache_creation") : undefined;
  lives?.ignoreRest();
  return lives?.count("ephemeral_1h_input_tokens") ?? none;
}

function agrees(usage: UsageReader, stated: Count, computed: Count | undefined): void {
  if (stated.given && computed !== undefined && stated.value !== computed.value) {
    usage.fail(stated.field, "does not add up with the other parts to its total");
  }
}

/** Whether version 5 passed on an output without its reasoning. */
function reasoningOutside(
  provider: string | undefined,
  { total, input, output, reasoning }: { [part in "total" | "input" | "output" | "reasoning"]: Count },
): boolean {
  if (countsReasoningOutside(provider) || totalSaysOutside(total, input, output, reasoning)) return true;
  const totalLeavesItOut = total.given && total.value === input.value + output.value;
  return OUTPUT_WITHOUT_THOUGHTS.has(provider ?? "") && !totalLeavesItOut;
}

const INPUT_WITHOUT_CACHED: ReadonlySet<string> = new Set(["anthropic", "bedrock", "aws"]);
const OUTPUT_WITHOUT_THOUGHTS: ReadonlySet<string> = new Set(["google", "gemini", "vertex", "vertex_ai"]);
