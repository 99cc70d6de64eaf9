/**
 * Providers that are read, by their id there: makers of models, and hosts that bill for their own machines.
 *
 * Most entries of the list belong to resellers of resellers, subscription plans and Chinese editions whose prices
 * are converted; OpenRouter's and Vercel's own answers are read directly.
 */
export const PROVIDERS: ReadonlySet<string> = new Set([
  "alibaba",
  "amazon-bedrock",
  "anthropic",
  "azure",
  "baseten",
  "cerebras",
  "cloudflare-workers-ai",
  "cohere",
  "deepinfra",
  "deepseek",
  "fireworks-ai",
  "friendli",
  "google",
  "google-vertex",
  "groq",
  "huggingface",
  "inception",
  "inference",
  "minimax",
  "mistral",
  "moonshotai",
  "morph",
  "nebius",
  "novita-ai",
  "openai",
  "perplexity",
  "stepfun",
  "togetherai",
  "upstage",
  "xai",
  "zai",
]);
