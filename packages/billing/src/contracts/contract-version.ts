import { ContractTerms, type PriceLock } from "@ratebook/core";
import type { Query } from "../catalog/publication.ts";

/** One dated, immutable version of what a customer agreed. */
export type ContractVersion = {
  /** Counts over all customers. */
  version: number;
  /** `contract-<version>`: its name on holds, quotes, usage and receipts. */
  label: string;
  customerId: string;
  /** Half-open; null: until it is ended. */
  validFrom: Date;
  validUntil: Date | null;
  terms: ContractTerms;
  /** The price lock of the terms, with the instant its version became active: dated rates are those of that instant. */
  lock: (Pick<PriceLock, "catalogueVersion" | "match"> & { until: Date; asOf: Date }) | null;
  plan: string | null;
  note: string;
  createdBy: string;
  createdAt: Date;
  revision: bigint;
};

export type ContractFilter = {
  /** Revisions above this. */
  since?: bigint;
  customerId?: string;
  /** These and no others. */
  versions?: readonly number[];
  /** Versions under this. */
  before?: number;
  /** The newest first. */
  limit: number;
};

/** Reads contract versions, the newest first. */
export async function readContracts(
  sql: Query,
  { since = 0n, customerId, versions, before, limit }: ContractFilter,
): Promise<ContractVersion[]> {
  const named = versions === undefined ? null : [...versions];
  const rows = await sql<(Omit<ContractVersion, "label" | "lock" | "terms"> & ContractRow)[]>`
    select c.version, c.customer_id as "customerId", c.valid_from as "validFrom", c.valid_until as "validUntil", c.terms,
      c.plan, c.note, c.created_by as "createdBy", c.created_at as "createdAt", c.revision,
      v.active_from as "lockedAt"
    from ratebook.contract_version c
    left join ratebook.catalogue_version v on v.version = (c.terms -> 'priceLock' ->> 'catalogueVersion')::int
    where c.revision > ${since} and (${customerId ?? null}::uuid is null or c.customer_id = ${customerId ?? null})
      and (${before ?? null}::int is null or c.version < ${before ?? null})
      and (${named}::int[] is null or c.version = any(${named}::int[]))
    order by c.version desc limit ${limit}`;
  return rows.map(({ lockedAt, ...row }) => {
    const terms = ContractTerms.parse(row.terms);
    const { priceLock } = terms;
    const lock =
      priceLock === null || lockedAt === null
        ? null
        : {
            catalogueVersion: priceLock.catalogueVersion,
            match: priceLock.match,
            until: new Date(priceLock.until),
            asOf: lockedAt,
          };
    return { ...row, terms, lock, label: contractLabel(row.version) };
  });
}

/** Name of a version on receipts. */
export const contractLabel = (version: number): string => `contract-${version}`;

/** The number behind the name of a version. */
export const versionOf = (label: string): number => Number(label.replace(/^contract-/, ""));

/** The version of a customer's that holds at an instant; null where none does. */
export const contractOf = (versions: readonly ContractVersion[], instant: Date): ContractVersion | null =>
  versions.find(
    ({ validFrom, validUntil }) => validFrom <= instant && (validUntil === null || validUntil > instant),
  ) ?? null;

type ContractRow = { terms: unknown; lockedAt: Date | null };
