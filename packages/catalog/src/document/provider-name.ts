/**
 * Ratebook's name of a provider: lower case, one spelling across sources.
 *
 * Sources name one biller in several ways ("xai" and "x-ai", "gemini" and "google"); offerings of the same
 * route must meet under one id. A name without a row keeps its own spelling, "_" written as "-".
 */
export function canonicalProvider(name: string): string {
  const plain = name.trim().toLowerCase().replaceAll("_", "-").replaceAll(" ", "-");
  if (plain.startsWith("vertex-ai-")) return "vertex";
  return SAME_BILLER.get(plain) ?? plain;
}

/** What a source writes, and the name it gets here. Only routes that send the same bill are joined. */
const SAME_BILLER = new Map([
  ["x-ai", "xai"],
  ["gemini", "google"],
  ["palm", "google"],
  ["vertex-ai", "vertex"],
  ["aws", "bedrock"],
  ["bedrock-converse", "bedrock"],
  ["azure-text", "azure"],
  ["fireworks-ai", "fireworks"],
  ["fireworks-ai-embedding-models", "fireworks"],
  ["together-ai", "together"],
  ["moonshot", "moonshotai"],
  ["voyage", "voyageai"],
  ["cohere-chat", "cohere"],
  ["text-completion-openai", "openai"],
  ["text-completion-codestral", "mistral"],
  ["text-completion-inception", "inception"],
  ["codestral", "mistral"],
  ["fal-ai", "fal"],
]);
