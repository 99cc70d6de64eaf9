import type { Result } from "../../result.ts";
import type { Pools } from "../pools.ts";
import type { UsageError } from "../usage-error.ts";
import { searches } from "./server-tools.ts";
import { outputPools } from "./token-pools.ts";
import { type Count, none, type PoolDraft, plus, readUsage, type UsageReader } from "./usage-reader.ts";

/**
 * Reads the `usage` of Anthropic's messages.
 *
 * `input_tokens` leaves out what was read from or written to the cache. Writes are split by lifetime where
 * `cache_creation` tells it; without it they live five minutes. Compaction, which the totals leave out, is added
 * from `iterations`.
 */
export function fromAnthropic(raw: unknown): Result<Pools, UsageError> {
  return readUsage(raw, (usage) => {
    // Tier, place and speed select rates: they are dimensions of the event.
    usage.ignore("service_tier", "inference_geo", "speed");
    const compactions = usage.list("iterations").flatMap((iteration) => {
      const kind = iteration.text("type");
      if (kind === "compaction") return [poolsFrom(iteration)];
      if (kind === "message") iteration.ignoreRest();
      else
        usage.fail(
          "usage.iterations",
          `holds a kind that is not known: ${JSON.stringify(kind.slice(0, 40))}`,
        );
      return [];
    });
    return { ...compactions.reduce(addDrafts, poolsFrom(usage)), web_search: searches(usage) };
  });
}

function poolsFrom(usage: UsageReader): PoolDraft {
  const created = usage.count("cache_creation_input_tokens");
  const lives = usage.group("cache_creation");
  const hour = lives.count("ephemeral_1h_input_tokens");
  const minutes = lives.count("ephemeral_5m_input_tokens");
  const sum = { ...plus(minutes, hour), given: minutes.given && hour.given };
  const details = usage.group("output_tokens_details");
  return {
    input_tokens: usage.required("input_tokens"),
    cache_read_tokens: usage.count("cache_read_input_tokens"),
    cache_write_tokens: usage.rest(usage.same(created, sum), hour),
    cache_write_1h_tokens: hour,
    ...outputPools(usage, {
      total: usage.required("output_tokens"),
      reasoning: usage.same(details.count("thinking_tokens"), details.count("reasoning_tokens")),
    }),
  };
}

function addDrafts(a: PoolDraft, b: PoolDraft): PoolDraft {
  const { input_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens } = b;
  return {
    ...a,
    input_tokens: add(a.input_tokens, input_tokens),
    cache_read_tokens: add(a.cache_read_tokens, cache_read_tokens),
    cache_write_tokens: add(a.cache_write_tokens, cache_write_tokens),
    cache_write_1h_tokens: add(a.cache_write_1h_tokens, cache_write_1h_tokens),
    output_tokens: add(a.output_tokens, b.output_tokens),
    reasoning_tokens: add(a.reasoning_tokens, b.reasoning_tokens),
  };
}

const add = (a: Count = none, b: Count = none): Count => plus(a, b);
