import type { Api } from "../../app/trpc.ts";

type Level = Api<"catalog", "authorityOrder">["levels"][number];

/** A level of authority in words. */
export const levelText = (level: Level): string => LEVELS[level];

/** What an order of sources would do to the prices, as a sentence. */
export function orderChangeText({
  added,
  changed,
  removed,
}: Pick<Api<"catalog", "setAuthority">, "added" | "changed" | "removed">): string {
  if (added + changed + removed === 0) return "No price in force would differ.";
  return `${counted(changed)} would change, ${added} would come and ${removed} would go. Send it again to set it.`;
}

const counted = (rates: number): string => `${rates} ${rates === 1 ? "rate" : "rates"}`;

const LEVELS: { [L in Level]: string } = {
  override: "your overrides",
  operator: "your own documents",
  first_party: "the provider's own page or API",
  starter: "the list that ships with Ratebook",
  aggregator: "an aggregator for its own routes",
  "models.dev": "models.dev",
  "genai-prices": "genai-prices",
  litellm: "LiteLLM",
  witness: "witnesses, who decide nothing",
};
