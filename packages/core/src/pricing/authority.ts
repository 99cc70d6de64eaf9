import { canonicalProvider } from "./identity.ts";

/** Who says a price, from the most to the least authoritative; a `witness` decides nothing. */
export const AUTHORITY_LEVELS = [
  "override",
  "operator",
  "first_party",
  "starter",
  "aggregator",
  "models.dev",
  "genai-prices",
  "litellm",
  "witness",
] as const;
export type AuthorityLevel = (typeof AUTHORITY_LEVELS)[number];

/** An operator's own order of sources for one provider. */
export type AuthorityOrder = {
  /** Decide in this order, before every source that is not named; never before the operator's own prices. */
  first: readonly string[];
  /** Never decide, whatever they are by default. */
  witnesses: readonly string[];
};

/** Orders by provider, in the one spelling Ratebook has for each. */
export type AuthorityOrders = ReadonlyMap<string, AuthorityOrder>;

/** Something a source says of one meter of one offering. */
export type AuthorityCandidate = { source: string; offering: string; meter: string };

/** What authority makes of all candidates: those that are served, and those that only confirm or stop them. */
export type AuthorityDecision<C> = { deciding: readonly C[]; witnesses: readonly C[] };

/**
 * What a source is for a provider's prices. A source named for a provider ("openai", "xai-api",
 * "anthropic-pricing") is that provider's own page or API. An aggregator decides its own routes only: what
 * OpenRouter says of provider "openai" is a witness. So is a source nobody ranked.
 */
export function authorityLevel(source: string, provider: string): AuthorityLevel {
  const canonical = canonicalProvider(provider);
  const fixed = FIXED.get(source);
  if (fixed !== undefined) return fixed;
  const owner = canonicalProvider(source.replace(/-(api|page|pricing|docs|gateway)$/, ""));
  if (owner !== canonical) return "witness";
  return AGGREGATORS.has(owner) ? "aggregator" : "first_party";
}

/**
 * Position of a source for a provider; 0 is the most authoritative, and a witness, which never decides, is at infinity.
 */
export function authorityRank(source: string, provider: string, orders: AuthorityOrders = NO_ORDERS): number {
  const level = authorityLevel(source, provider);
  if (level === "override" || level === "operator") return AUTHORITY_LEVELS.indexOf(level);
  const order = orders.get(canonicalProvider(provider));
  if (order?.witnesses.includes(source)) return Number.POSITIVE_INFINITY;
  const named = order?.first.indexOf(source) ?? -1;
  if (named >= 0) return AUTHORITY_LEVELS.indexOf("operator") + 1 + named;
  if (level === "witness") return Number.POSITIVE_INFINITY;
  return AUTHORITY_LEVELS.indexOf(level) + (order?.first.length ?? 0);
}

/**
 * Picks, for each (offering, meter), the most authoritative source that prices it; all its rates of that meter
 * are served and nothing is mixed in from another. Sources of one rank are ordered by name, so the answer is
 * the same whatever order sources were synced in.
 */
export function decideAuthority<C extends AuthorityCandidate>(
  candidates: readonly C[],
  orders: AuthorityOrders = NO_ORDERS,
): AuthorityDecision<C> {
  const groups = Map.groupBy(candidates, ({ offering, meter }) => `${offering} ${meter}`);
  const deciding: C[] = [];
  const witnesses: C[] = [];
  for (const group of groups.values()) {
    const source = mostAuthoritative(group, orders);
    for (const candidate of group) (candidate.source === source ? deciding : witnesses).push(candidate);
  }
  return { deciding, witnesses };
}

function mostAuthoritative(group: readonly AuthorityCandidate[], orders: AuthorityOrders): string | null {
  let best: { source: string; rank: number } | null = null;
  for (const { source, offering } of group) {
    const rank = authorityRank(source, offering.slice(0, offering.indexOf("/")), orders);
    if (rank === Number.POSITIVE_INFINITY) continue;
    if (best === null || rank < best.rank || (rank === best.rank && source < best.source))
      best = { source, rank };
  }
  return best?.source ?? null;
}

const NO_ORDERS: AuthorityOrders = new Map();

const FIXED: ReadonlyMap<string, AuthorityLevel> = new Map([
  ["override", "override"],
  ["manual", "operator"],
  ["starter", "starter"],
  ["models.dev", "models.dev"],
  ["genai-prices", "genai-prices"],
  ["litellm", "litellm"],
]);

/** Providers that resell what others make; their API is authoritative for what they bill, and for nothing else. */
const AGGREGATORS: ReadonlySet<string> = new Set([
  "openrouter",
  "vercel",
  "deepinfra",
  "together",
  "fal",
  "huggingface",
  "fireworks",
  "novita",
]);
