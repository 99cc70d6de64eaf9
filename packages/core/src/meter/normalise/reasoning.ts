import type { Count } from "./usage-reader.ts";

/**
 * Providers whose completion count leaves reasoning tokens out:
 * https://docs.x.ai/docs/guides/reasoning and https://docs.perplexity.ai (sonar-deep-research usage).
 */
const OUTSIDE: ReadonlySet<string> = new Set(["xai", "x-ai", "perplexity"]);

/** Whether a provider reports reasoning beside its completion tokens instead of inside them. */
export const countsReasoningOutside = (provider: string | undefined): boolean =>
  provider !== undefined && OUTSIDE.has(provider);

/**
 * Whether the report's own total says that reasoning is counted beside the output: input + output + reasoning.
 * Gateways that speak another provider's format keep that provider's habit.
 */
export const totalSaysOutside = (total: Count, input: Count, output: Count, reasoning: Count): boolean =>
  total.given && reasoning.value > 0n && total.value === input.value + output.value + reasoning.value;
