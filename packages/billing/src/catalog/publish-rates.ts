import type { AuthorityOrders } from "@ratebook/core";
import { type Reconciliation, reconcileRates } from "./active-rates.ts";
import { readPricingRules } from "./pricing-rules.ts";
import type { Publication, Query } from "./publication.ts";
import {
  type Claim,
  claimColumns,
  rateColumns,
  type StoredRate,
  termNames,
  termsRow,
  termTypes,
} from "./rate-rows.ts";

/**
 * Makes the active rates of some offerings follow their claims again, as a new version.
 *
 * @param cause the source, and for people what happened
 * @returns the new version, or null where nothing changed and nothing was written
 */
export async function publishRates(
  publication: Publication,
  offerings: readonly string[],
  cause: { source: string; note: string | null },
): Promise<number | null> {
  const { tx, now, newId, runId } = publication;
  if (offerings.length === 0) return null;
  const { opened, closed, changed } = await planRates(tx, offerings, now);
  if (opened.length === 0 && closed.length === 0) return null;

  const version = (await lastVersion(publication)) + 1;
  await tx`
    insert into ratebook.catalogue_version (version, active_from, source, run_id, added, changed, closed, note)
    values (${version}, ${now}, ${cause.source}, ${runId}, ${opened.length - changed}, ${changed},
      ${closed.length - changed}, ${cause.note})`;
  await tx`
    update ratebook.rate set closed_version = ${version}, closed_at = ${now}
    where rate_id = any(${closed.map(({ rateId }) => rateId)}::uuid[])`;
  const rows = opened.map((claim) => ({
    ...termsRow(claim),
    rate_id: newId(),
    source: claim.source,
    sha256: claim.sha256,
  }));
  await tx`
    insert into ratebook.rate (rate_id, source, sha256, opened_version, opened_at, ${termNames(tx)})
    select rate_id, source, sha256, ${version}, ${now}, ${termNames(tx)}
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as row (rate_id uuid, source text, sha256 text, ${termTypes(tx)})`;
  return version;
}

/**
 * What would make the active rates of some offerings follow their claims and the operator's decisions at an instant.
 *
 * @param orders of sources to try; default the stored ones
 */
export async function planRates(
  sql: Query,
  offerings: readonly string[],
  now: Date,
  orders?: AuthorityOrders,
): Promise<Reconciliation> {
  const claims = await sql<Claim[]>`
    select ${claimColumns(sql)} from ratebook.claim where offering = any(${offerings})`;
  const active = await sql<StoredRate[]>`
    select ${rateColumns(sql)} from ratebook.rate where closed_version is null and offering = any(${offerings})`;
  const rules = await readPricingRules(sql, offerings, now);
  return reconcileRates(claims, active, orders === undefined ? rules : { ...rules, orders });
}

/** The newest version, 0 before the first. */
export async function lastVersion({ tx }: Pick<Publication, "tx">): Promise<number> {
  const [row] = await tx<{ version: number }[]>`
    select coalesce(max(version), 0)::int as version from ratebook.catalogue_version`;
  return row?.version ?? 0;
}
