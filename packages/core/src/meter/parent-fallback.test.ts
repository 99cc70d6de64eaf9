import { expect, test } from "vitest";
import { METERS, type Meter } from "./meters.ts";
import { fallbackMeter } from "./parent-fallback.ts";
import { isMeterName } from "./pools.ts";

const MAY_FALL_BACK = new Set<string>([
  "cache_read_tokens",
  "cache_write_tokens",
  "cache_write_1h_tokens",
  "reasoning_tokens",
]);

test.each([
  ["openai", "cache_read_tokens", "input_tokens"],
  ["openai", "reasoning_tokens", "output_tokens"],
  ["x-ai", "reasoning_tokens", "output_tokens"],
  ["google", "cache_write_tokens", "input_tokens"],
  ["anthropic", "reasoning_tokens", "output_tokens"],
  ["anthropic", "cache_read_tokens", null],
  ["anthropic", "cache_write_1h_tokens", null],
  ["perplexity", "reasoning_tokens", null],
  ["someone-new", "cache_read_tokens", null],
  ["someone-new", "reasoning_tokens", null],
  ["constructor", "reasoning_tokens", null],
] as const)("%s bills %s as %s", (provider, meter, parent) => {
  expect(fallbackMeter(provider, meter)).toBe(parent);
});

test("audio, image, video, tool and operator meters never fall back", () => {
  const others: Meter[] = [...Object.keys(METERS).filter(isMeterName), "x_proxy_call"];
  for (const meter of others.filter((name) => !MAY_FALL_BACK.has(name))) {
    expect(fallbackMeter("openai", meter)).toBeNull();
  }
});
