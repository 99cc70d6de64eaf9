import { GUARD_THRESHOLDS, type StatedRate } from "@ratebook/core";
import { putClaims, removeClaims } from "./accept-claims.ts";
import { readProposalPolicy } from "./proposal-policy.ts";
import type { Publication, Query } from "./publication.ts";

/** A held change with the rate it proposes. */
export type HeldChange = Omit<StatedRate, "usd" | "per"> & {
  id: string;
  source: string;
  sha256: string;
  change: "added" | "changed" | "removed";
  action: "hold" | "quarantine" | "refuse";
  /** Null where the source takes the price away. */
  usd: string | null;
  per: bigint | null;
};

/** Columns of `proposal` as a HeldChange has them. */
export const heldChangeColumns = (sql: Query) => sql`
  id, source, sha256, change, action, offering, meter, conditions as "when", trim_scale(new_usd)::text as usd,
  new_per as per, free, trim_scale(minimum)::text as minimum, trim_scale(increment)::text as increment,
  trim_scale(included)::text as included, trim_scale(own_cost)::text as "ownCost", valid_from as "validFrom",
  valid_until as "validUntil", where_in_document as "where"`;

/** Makes a held change its source's last good word; the caller publishes the offering afterwards. */
export async function acceptHeldChange(publication: Publication, held: HeldChange): Promise<void> {
  const { usd, per } = held;
  if (usd === null || per === null) await removeClaims(publication, held.source, [held]);
  else await putClaims(publication, held.source, held.sha256, [{ ...held, usd, per }]);
}

/**
 * Lets through the held changes that another source confirms within 1 %, whichever of the two was read first.
 *
 * What a source states counts, held or not. Only holds of a single price are released: two sources may well have
 * misread the same unit of a batch, and a quarantine needs a person.
 *
 * @returns the changes that were released
 */
export async function releaseConfirmed(publication: Publication): Promise<HeldChange[]> {
  const { tx, now } = publication;
  if (!(await readProposalPolicy(tx)).releaseOnWitness) return [];
  const { num, den } = GUARD_THRESHOLDS.default.witnessWithin;
  const released = await tx<{ id: string }[]>`
    with confirmed as (
      select distinct on (p.id) p.id, said.source as witness
      from ratebook.proposal p
      join lateral (
        select source, usd, per from ratebook.claim
        where (offering, meter, condition_key) = (p.offering, p.meter, p.condition_key) and source <> p.source
        union all
        select source, new_usd, new_per from ratebook.proposal
        where (offering, meter, condition_key) = (p.offering, p.meter, p.condition_key) and source <> p.source
          and state in ('held', 'scheduled') and action <> 'refuse' and change <> 'removed'
      ) said on abs(said.usd * p.new_per - p.new_usd * said.per) * ${den} <= p.new_usd * said.per * ${num}
      where p.state = 'held' and p.action = 'hold' and p.rule in ('ratio_hold', 'flicker', 'birth_beside', 'birth_copied') and p.change <> 'removed'
      order by p.id, said.source)
    update ratebook.proposal p set state = 'released', witness = confirmed.witness, decided_at = ${now}
    from confirmed where p.id = confirmed.id returning p.id`;
  if (released.length === 0) return [];
  const changes = await tx<HeldChange[]>`
    select ${heldChangeColumns(tx)} from ratebook.proposal where id = any(${released.map(({ id }) => id)}::uuid[])`;
  for (const change of changes) await acceptHeldChange(publication, change);
  return changes;
}
