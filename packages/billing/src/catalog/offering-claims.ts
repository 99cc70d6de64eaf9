import {
  type AuthorityOrders,
  authorityRank,
  type DocumentOffering,
  type Modality,
  type PriceDocument,
} from "@ratebook/core";
import { canonicalJson } from "./canonical-json.ts";
import { authorityOrders, readAuthoritySetting } from "./pricing-rules.ts";
import type { Publication } from "./publication.ts";

/** What one source says of an offering besides its prices. */
export type OfferingClaim = {
  source: string;
  offering: string;
  provider: string;
  model: string;
  modality: Modality;
  name: string | null;
  aliases: string[];
  listed: boolean | null;
  defaultRequest: DocumentOffering["defaultRequest"] | null;
  sourceUrl: string | null;
  checkedAt: Date | null;
  deprecatedAt: Date | null;
  missingSince: Date | null;
};

/** An offering as it is shown: the word of its sources, merged. */
export type OfferingDescription = Omit<OfferingClaim, "listed" | "deprecatedAt"> & { listedByRule: boolean };

/**
 * Stores what a document says of its offerings, rows that changed only.
 *
 * @param mergesIntoEarlier true for the operator's imports: what one does not name is not missing
 * @returns the offerings whose description may have changed
 */
export async function storeOfferingClaims(
  { tx, now }: Publication,
  document: PriceDocument,
  mergesIntoEarlier: boolean,
): Promise<string[]> {
  const stored = await tx<OfferingClaim[]>`
    select ${claimColumns(tx)} from ratebook.offering_claim where source = ${document.source}`;
  const known = new Map(stored.map((claim) => [claim.offering, claim]));
  const changed = new Map<string, OfferingClaim>();
  for (const offering of document.offerings) {
    const claim = claimOf(document.source, offering);
    const before = known.get(claim.offering);
    known.delete(claim.offering);
    if (before === undefined || !sameClaim(before, claim)) changed.set(claim.offering, claim);
  }
  if (!mergesIntoEarlier) {
    for (const claim of known.values()) {
      if (claim.missingSince === null) changed.set(claim.offering, { ...claim, missingSince: now });
    }
  }
  if (changed.size === 0) return [];
  await tx`
    insert into ratebook.offering_claim (${claimNames(tx)})
    select ${claimNames(tx)} from json_to_recordset(${JSON.stringify([...changed.values()].map(claimRow))}::json) as row (
      source text, offering text, provider text, model text, modality text, name text, aliases text[], listed boolean,
      default_request jsonb, source_url text, checked_at timestamptz, deprecated_at timestamptz,
      missing_since timestamptz)
    on conflict (source, offering) do update set
      modality = excluded.modality, name = excluded.name, aliases = excluded.aliases, listed = excluded.listed,
      default_request = excluded.default_request, source_url = excluded.source_url, checked_at = excluded.checked_at,
      deprecated_at = excluded.deprecated_at, missing_since = excluded.missing_since`;
  return [...changed.keys()];
}

/**
 * Rewrites the descriptions of offerings from what all sources say, where that changes them.
 *
 * @param version the catalogue version a new offering first belongs to
 */
export async function describeOfferings(
  { tx }: Publication,
  offerings: readonly string[],
  version: number,
): Promise<void> {
  if (offerings.length === 0) return;
  const claims = await tx<OfferingClaim[]>`
    select ${claimColumns(tx)} from ratebook.offering_claim where offering = any(${offerings})`;
  const stored = await tx<OfferingDescription[]>`
    select source, offering, provider, model, modality, name, aliases, listed_by_rule as "listedByRule",
      default_request as "defaultRequest", source_url as "sourceUrl", checked_at as "checkedAt",
      missing_since as "missingSince"
    from ratebook.offering where offering = any(${offerings})`;
  const orders = authorityOrders(await readAuthoritySetting(tx));
  const before = new Map(stored.map((description) => [description.offering, canonicalJson(description)]));
  const changed = [...Map.groupBy(claims, ({ offering }) => offering).values()]
    .map((group) => mergeOfferingClaims(group, orders))
    .filter((description) => before.get(description.offering) !== canonicalJson(description));
  if (changed.length === 0) return;
  await tx`
    insert into ratebook.offering (offering, provider, model, modality, name, aliases, listed_by_rule, default_request,
      source_url, checked_at, source, missing_since, first_version, revision)
    select offering, provider, model, modality, name, aliases, listed_by_rule, default_request, source_url, checked_at,
      source, missing_since, ${version}, (select coalesce(max(revision), 0) + 1 from ratebook.offering)
    from json_to_recordset(${JSON.stringify(changed.map(descriptionRow))}::json) as row (
      offering text, provider text, model text, modality text, name text, aliases text[], listed_by_rule boolean,
      default_request jsonb, source_url text, checked_at timestamptz, source text, missing_since timestamptz)
    on conflict (offering) do update set
      modality = excluded.modality, name = excluded.name, aliases = excluded.aliases,
      listed_by_rule = excluded.listed_by_rule, default_request = excluded.default_request,
      source_url = excluded.source_url, checked_at = excluded.checked_at, source = excluded.source,
      missing_since = excluded.missing_since, revision = excluded.revision`;
}

/**
 * One description from what several sources say of an offering: each field is the most authoritative source's that
 * states it, aliases are everybody's. The order of the claims does not matter.
 */
export function mergeOfferingClaims(
  claims: readonly OfferingClaim[],
  orders: AuthorityOrders = new Map(),
): OfferingDescription {
  const rank = new Map(claims.map((claim) => [claim, authorityRank(claim.source, claim.provider, orders)]));
  const ranked = claims.toSorted((a, b) => {
    const [rankA = 0, rankB = 0] = [rank.get(a), rank.get(b)];
    return rankA === rankB ? (a.source < b.source ? -1 : 1) : rankA < rankB ? -1 : 1;
  });
  const [first] = ranked;
  if (first === undefined) throw new Error("an offering is described by at least one source");
  const stated = <K extends keyof OfferingClaim>(key: K) =>
    ranked.find((claim) => claim[key] !== null)?.[key] ?? null;
  const page = ranked.find(({ sourceUrl }) => sourceUrl !== null);
  return {
    source: first.source,
    offering: first.offering,
    provider: first.provider,
    model: first.model,
    modality: first.modality,
    name: stated("name"),
    aliases: [...new Set(ranked.flatMap(({ aliases }) => aliases))].sort(),
    listedByRule: stated("listed") ?? false,
    defaultRequest: stated("defaultRequest"),
    sourceUrl: page?.sourceUrl ?? null,
    // The day a page was read belongs to that page.
    checkedAt: page === undefined ? stated("checkedAt") : page.checkedAt,
    missingSince: first.missingSince,
  };
}

const claimOf = (source: string, offering: DocumentOffering): OfferingClaim => ({
  source,
  offering: `${offering.provider}/${offering.model}`,
  provider: offering.provider,
  model: offering.model,
  modality: offering.modality,
  name: offering.name ?? null,
  aliases: offering.aliases.toSorted(),
  listed: offering.listed ?? null,
  defaultRequest: offering.defaultRequest ?? null,
  sourceUrl: offering.sourceUrl ?? null,
  checkedAt: instant(offering.checkedAt),
  deprecatedAt: instant(offering.deprecatedAt),
  missingSince: null,
});

const sameClaim = (a: OfferingClaim, b: OfferingClaim): boolean =>
  canonicalJson(claimRow(a)) === canonicalJson(claimRow(b));

const claimRow = ({
  defaultRequest,
  sourceUrl,
  checkedAt,
  deprecatedAt,
  missingSince,
  ...rest
}: OfferingClaim) => ({
  ...rest,
  default_request: defaultRequest,
  source_url: sourceUrl,
  checked_at: checkedAt,
  deprecated_at: deprecatedAt,
  missing_since: missingSince,
});

const descriptionRow = ({
  listedByRule,
  defaultRequest,
  sourceUrl,
  checkedAt,
  missingSince,
  ...rest
}: OfferingDescription) => ({
  ...rest,
  listed_by_rule: listedByRule,
  default_request: defaultRequest,
  source_url: sourceUrl,
  checked_at: checkedAt,
  missing_since: missingSince,
});

const claimNames = (tx: Publication["tx"]) => tx`
  source, offering, provider, model, modality, name, aliases, listed, default_request, source_url, checked_at,
  deprecated_at, missing_since`;

const claimColumns = (tx: Publication["tx"]) => tx`
  source, offering, provider, model, modality, name, aliases, listed, default_request as "defaultRequest",
  source_url as "sourceUrl", checked_at as "checkedAt", deprecated_at as "deprecatedAt",
  missing_since as "missingSince"`;

const instant = (text: string | null | undefined): Date | null => (text == null ? null : new Date(text));
