import { type ContractVersion, readContracts } from "../contracts/contract-version.ts";
import type { OfferingInfo } from "./catalogue.ts";
import { type PolicyVersion, readPolicies } from "./markup-policies.ts";
import type { Query } from "./publication.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";

/** What a process has read so far; it asks for everything above. */
export type Watermark = {
  version: number;
  revision: bigint;
  policyVersion: number;
  contractRevision: bigint;
};

/** A version with the instant it became active. */
export type VersionStart = { version: number; activeFrom: Date };

/** What changed in the catalogue since a watermark. */
export type CatalogueChanges = {
  watermark: Watermark;
  versions: VersionStart[];
  /** Rates opened or closed since. */
  rates: StoredRate[];
  offerings: OfferingInfo[];
  policies: PolicyVersion[];
  contracts: ContractVersion[];
  meters: { name: string; unit: string; integer: boolean }[];
};

/** The newest numbers; one cheap query, so a poll costs nothing while nothing changes. */
export async function readWatermark(sql: Query): Promise<Watermark> {
  const [row] = await sql<Watermark[]>`
    select coalesce((select max(version) from ratebook.catalogue_version), 0)::int as version,
      coalesce((select max(revision) from ratebook.offering), 0)::int8 as revision,
      coalesce((select max(version) from ratebook.markup_policy), 0)::int as "policyVersion",
      coalesce((select max(revision) from ratebook.contract_version), 0)::int8 as "contractRevision"`;
  if (row === undefined) throw new Error("an aggregate without groups gives one row");
  return row;
}

/**
 * Everything above a watermark, as one consistent picture.
 *
 * @param horizon rates closed before it are left out, and versions over before it as well
 */
export async function readChanges(sql: Query, since: Watermark, horizon: Date): Promise<CatalogueChanges> {
  const watermark = await readWatermark(sql);
  const versions = await sql<VersionStart[]>`
    select version, active_from as "activeFrom" from ratebook.catalogue_version
    where version > ${since.version} and version >= coalesce(
      (select max(version) from ratebook.catalogue_version where active_from <= ${horizon}), 0)
    order by version`;
  const rates = await sql<StoredRate[]>`
    select ${rateColumns(sql)} from ratebook.rate
    where (opened_version > ${since.version} or closed_version > ${since.version})
      and (closed_at is null or closed_at > ${horizon})`;
  const offerings = await sql<OfferingInfo[]>`
    select offering, provider, model, modality, name, aliases, coalesce(listed_by_hand, listed_by_rule) as listed,
      default_request as "defaultRequest", source_url as "sourceUrl", checked_at as "checkedAt", source,
      first_version as "firstVersion", missing_since as "missingSince"
    from ratebook.offering where revision > ${since.revision}`;
  const meters = await sql<CatalogueChanges["meters"]>`
    select name, unit, "integer" from ratebook.meter_definition`;
  const policies = await readPolicies(sql, { since: since.policyVersion, limit: 10_000 });
  const contracts = await readContracts(sql, { since: since.contractRevision, limit: 1_000_000 });
  return { watermark, versions, rates, offerings, policies: policies.reverse(), contracts, meters };
}

/** The version active at an instant, from the database; null before the first. */
export async function readVersionAt(sql: Query, at: Date): Promise<number | null> {
  const [row] = await sql<{ version: number | null }[]>`
    select max(version)::int as version from ratebook.catalogue_version where active_from <= ${at}`;
  return row?.version ?? null;
}

/** The rates of an offering in a version, from the database. */
export async function readRatesOf(sql: Query, offering: string, version: number): Promise<StoredRate[]> {
  return sql<StoredRate[]>`
    select ${rateColumns(sql)} from ratebook.rate
    where offering = ${offering} and opened_version <= ${version}
      and (closed_version is null or closed_version > ${version})`;
}
