import { conditionsKey, type Rate } from "@ratebook/core";
import type { Query } from "./publication.ts";

/** A stored rate and the versions between which it was active. */
export type StoredRate = Rate & {
  openedVersion: number;
  openedAt: Date;
  closedVersion: number | null;
  closedAt: Date | null;
};

/** A source's last good word on one price. */
export type Claim = Omit<Rate, "rateId"> & {
  acceptedAt: Date;
  missingSince: Date | null;
  missingSyncs: number;
};

/** The parts of a rate that have a column wherever rates are kept. */
export type RateTerms = Omit<Rate, "rateId" | "source" | "sha256">;

/** Columns of `rate` as a StoredRate has them. */
export const rateColumns = (sql: Query) => sql`
  rate_id as "rateId", ${termColumns(sql)}, source, sha256,
  opened_version as "openedVersion", opened_at as "openedAt",
  closed_version as "closedVersion", closed_at as "closedAt"`;

/** Columns of `claim` as a Claim has them. */
export const claimColumns = (sql: Query) => sql`
  ${termColumns(sql)}, source, sha256, accepted_at as "acceptedAt",
  missing_since as "missingSince", missing_syncs as "missingSyncs"`;

/** What the columns condition_key hold: the canonical conditions, and the start of validity where there is one. */
export const pointKey = (rate: Pick<RateTerms, "when" | "validFrom">): string =>
  conditionsKey(rate.when) + (rate.validFrom === null ? "" : `@${rate.validFrom.toISOString()}`);

/** Name of a price point of a source across offerings, with the start of validity. */
export const claimKey = (rate: Pick<RateTerms, "offering" | "meter" | "when" | "validFrom">): string =>
  `${rate.offering} ${rate.meter} ${pointKey(rate)}`;

/** A rate's terms as one row of JSON, for json_to_recordset with `TERM_TYPES`. */
export function termsRow(rate: RateTerms): Record<string, unknown> {
  return {
    offering: rate.offering,
    meter: rate.meter,
    condition_key: pointKey(rate),
    conditions: rate.when,
    usd: rate.usd,
    per: rate.per.toString(),
    free: rate.free,
    minimum: rate.minimum,
    increment: rate.increment,
    included: rate.included,
    own_cost: rate.ownCost,
    valid_from: rate.validFrom,
    valid_until: rate.validUntil,
    where_in_document: rate.where,
  };
}

/** Names of the columns of a rate's terms, for an insert. */
export const termNames = (sql: Query) => sql`
  offering, meter, condition_key, conditions, usd, per, free, minimum, increment, included, own_cost,
  valid_from, valid_until, where_in_document`;

/** The same with their types, for json_to_recordset. */
export const termTypes = (sql: Query) => sql`
  offering text, meter text, condition_key text, conditions jsonb, usd numeric, per bigint, free boolean,
  minimum numeric, increment numeric, included numeric, own_cost numeric,
  valid_from timestamptz, valid_until timestamptz, where_in_document text`;

// numeric(30,18) prints all its places; a price is shown as its source wrote it.
const termColumns = (sql: Query) => sql`
  offering, meter, conditions as "when", trim_scale(usd)::text as usd, per, free,
  trim_scale(minimum)::text as minimum, trim_scale(increment)::text as increment,
  trim_scale(included)::text as included, trim_scale(own_cost)::text as "ownCost",
  valid_from as "validFrom", valid_until as "validUntil", where_in_document as "where"`;
