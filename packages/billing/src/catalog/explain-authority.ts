import {
  type AuthorityLevel,
  authorityLevel,
  authorityRank,
  type Conditions,
  canonicalProvider,
  compareFractions,
  err,
  type Fraction,
  GUARD_THRESHOLDS,
  listPerUnit,
  multiplyFractions,
  ok,
  type Result,
  roundHalfEven,
  toDecimalText,
} from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { decidingClaims } from "./active-rates.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import {
  authorityOrders,
  meterKey,
  OVERRIDE_SOURCE,
  readAuthoritySetting,
  readPricingRules,
} from "./pricing-rules.ts";
import type { Query } from "./publication.ts";
import { type Claim, claimColumns, claimKey, pointKey } from "./rate-rows.ts";
import type { OfferingNotFound } from "./set-listed.ts";

/** What one source says a price is. */
export type SourceWord = {
  source: string;
  when: Conditions;
  usd: string;
  per: bigint;
  free: boolean;
  /** Whether it is what is billed. */
  decides: boolean;
  /** Document it was read from, and the place there. */
  sha256: string;
  where: string | null;
  acceptedAt: Date;
  /** Set while the source's latest document no longer states it. */
  missingSince: Date | null;
  /** Within 1 % of what is billed at the same price point; null for the one that is, and where nothing is. */
  agrees: boolean | null;
  /** This price ÷ the billed one, for reading; null like `agrees`, and where that is free. */
  ratio: string | null;
};

/** Why one source's word on a meter counts as it does. */
export type RankedSource = {
  source: string;
  level: AuthorityLevel;
  /** 1 is the most authoritative of those that state the meter; null: a witness, never decides. */
  rank: number | null;
  decides: boolean;
  /** Whether the operator's own order put it here. */
  configured: boolean;
  /** One sentence for people. */
  because: string;
  rates: SourceWord[];
};

/** Whose word prices one meter, and why. */
export type MeterAuthority = {
  meter: string;
  /** Null where nobody's does. */
  deciding: string | null;
  because: string;
  overridden: boolean;
  sources: RankedSource[];
  /** Witnesses by what they say of the billed prices. */
  agreeing: string[];
  disagreeing: string[];
};

/** Whose word prices an offering, and why. */
export type OfferingAuthority = {
  offering: string;
  provider: string;
  /** Version of the operator's order of sources; 0: the shipped one. */
  orderVersion: number;
  /** The operator's own order for this provider; null: the shipped one. */
  order: { first: string[]; witnesses: string[] } | null;
  retiredAt: Date | null;
  meters: MeterAuthority[];
};

/** Explains whose word prices an offering, meter by meter, beside what every other source says; for operators. */
export async function explainAuthority(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { offering, meter }: { offering: string; meter?: string | undefined },
): Promise<Result<OfferingAuthority, CatalogAccessDenied | OfferingNotFound>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const [known] = await sql<{ provider: string; retiredAt: Date | null }[]>`
    select provider, retired_at as "retiredAt" from ratebook.offering where offering = ${offering}`;
  if (!known) return err({ kind: "offering_not_found", offering });
  const [setting, meters] = await Promise.all([
    readAuthoritySetting(sql),
    explainMeters(sql, offering, meter ?? null, ctx.clock()),
  ]);
  const own = Object.entries(setting.providers).find(
    ([provider]) => canonicalProvider(provider) === canonicalProvider(known.provider),
  );
  return ok({ offering, ...known, orderVersion: setting.version, order: own?.[1] ?? null, meters });
}

/** The same for the meters of an offering that anybody prices, or one of them. */
export async function explainMeters(
  sql: Query,
  offering: string,
  meter: string | null,
  now: Date,
): Promise<MeterAuthority[]> {
  const claims = await sql<Claim[]>`
    select ${claimColumns(sql)} from ratebook.claim
    where offering = ${offering} and (${meter}::text is null or meter = ${meter}) order by meter, condition_key, source`;
  const rules = await readPricingRules(sql, [offering], now);
  const deciding = new Set(
    decidingClaims(claims, rules).map(({ source, ...claim }) => `${source} ${claimKey(claim)}`),
  );
  const setting = await readAuthoritySetting(sql);
  const orders = authorityOrders(setting);
  const provider = offering.slice(0, offering.indexOf("/"));
  const named = orders.get(canonicalProvider(provider));
  return [...Map.groupBy(claims, (claim) => claim.meter)].map(([name, group]) => {
    const overridden = rules.overridden.has(meterKey({ offering, meter: name }));
    const billed = group.filter((claim) => deciding.has(`${claim.source} ${claimKey(claim)}`));
    const winner = billed[0]?.source ?? null;
    const ranked = [...Map.groupBy(group, ({ source }) => source)]
      .map(([source, words]) => ({ source, words, rank: authorityRank(source, provider, orders) }))
      .sort((a, b) => (a.rank === b.rank ? (a.source < b.source ? -1 : 1) : a.rank < b.rank ? -1 : 1));
    const sources = ranked.map(({ source, words, rank }, index): RankedSource => {
      const level = authorityLevel(source, provider);
      const configured = named !== undefined && [...named.first, ...named.witnesses].includes(source);
      return {
        source,
        level,
        rank: Number.isFinite(rank) ? index + 1 : null,
        decides: source === winner,
        configured,
        because: whyRanked(source, level, { configured, witness: !Number.isFinite(rank), provider }),
        rates: words.map((claim) => wordOf(claim, billed, deciding)),
      };
    });
    const others = sources.filter(({ decides }) => !decides);
    const says = (agree: boolean) =>
      others.filter(({ rates }) => rates.some(({ agrees }) => agrees === agree)).map(({ source }) => source);
    return {
      meter: name,
      deciding: winner,
      because: whyDecided(winner, { overridden, retired: rules.retired.has(offering), provider }),
      overridden,
      sources,
      agreeing: says(true).filter((source) => !says(false).includes(source)),
      disagreeing: says(false),
    };
  });
}

function wordOf(claim: Claim, billed: readonly Claim[], deciding: ReadonlySet<string>): SourceWord {
  const decides = deciding.has(`${claim.source} ${claimKey(claim)}`);
  const point = decides ? undefined : billed.find((rate) => pointKey(rate) === pointKey(claim));
  const { source, when, usd, per, free, sha256, where, acceptedAt, missingSince } = claim;
  const comparison = point === undefined ? { agrees: null, ratio: null } : compare(claim, point);
  return { source, when, usd, per, free, decides, sha256, where, acceptedAt, missingSince, ...comparison };
}

/** How a price stands to the billed one; within 1 % they agree. */
export function compare(
  price: { usd: string; per: bigint },
  billed: { usd: string; per: bigint },
): { agrees: boolean; ratio: string | null } {
  const [said, base] = [listPerUnit(price), listPerUnit(billed)];
  const distance: Fraction = {
    num: abs(said.num * base.den - base.num * said.den),
    den: said.den * base.den,
  };
  const agrees =
    compareFractions(distance, multiplyFractions(base, GUARD_THRESHOLDS.default.witnessWithin)) <= 0;
  if (base.num === 0n) return { agrees, ratio: null };
  const ratio = { num: said.num * base.den * RATIO_SCALE, den: said.den * base.num };
  return { agrees, ratio: toDecimalText({ num: roundHalfEven(ratio), den: RATIO_SCALE }, 4) };
}

function whyRanked(
  source: string,
  level: AuthorityLevel,
  { configured, witness, provider }: { configured: boolean; witness: boolean; provider: string },
): string {
  if (level === "override") return "The operator's dated override.";
  if (level === "operator") return "The operator's own price document.";
  if (configured)
    return witness ? "A witness by the operator's own order." : "Placed by the operator's own order.";
  if (witness)
    return `${source} is a witness for ${provider}: it confirms or stops others and decides nothing.`;
  return LEVEL_WORDS[level];
}

function whyDecided(
  winner: string | null,
  { overridden, retired, provider }: { overridden: boolean; retired: boolean; provider: string },
): string {
  if (retired) return "The offering was retired by hand: nobody's word prices it.";
  if (overridden) {
    return winner === OVERRIDE_SOURCE
      ? "An override of the operator's is in force; no source decides until it ends."
      : "An override without a price is in force: the meter is out of service until it ends.";
  }
  if (winner === null) return `Only witnesses state it for ${provider}, and witnesses decide nothing.`;
  return `${winner} is the most authoritative source that states it for ${provider}.`;
}

const LEVEL_WORDS: { readonly [L in AuthorityLevel]: string } = {
  override: "",
  operator: "",
  first_party: "The provider's own page or API.",
  starter: "The price list that ships with Ratebook, read from the providers' pages on its date.",
  aggregator: "The API of the platform that bills this route.",
  "models.dev": "models.dev, a curated list of other people's prices.",
  "genai-prices": "genai-prices, a curated list of other people's prices.",
  litellm: "LiteLLM's file, a list of other people's prices.",
  witness: "",
};

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const RATIO_SCALE = 10_000n;
