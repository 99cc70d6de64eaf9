import { type Actor, actorLabel } from "../actor.ts";
import { opId } from "../ledger/op-id.ts";
import type { Publication, Query } from "./publication.ts";

/** A decrease that an operator approved, to be given back to who used the offering since its document was fetched. */
type ApprovedDecreases = { ids: readonly string[]; version: number; reason: string };

/**
 * Notes in the transaction of an approval that its decreases are to be given back; `postGrantBacks` posts them. A
 * proposal is noted once. What is no decrease, or was not what its version billed by, is passed over.
 *
 * @returns how many were noted
 */
export async function openGrantBacks(
  { tx, now }: Pick<Publication, "tx" | "now">,
  actor: Actor,
  { ids, version, reason }: ApprovedDecreases,
): Promise<number> {
  const opened = await tx`
    insert into ratebook.rerating (id, meaning_hash, state, version, window_from, window_to, offering, customer_id,
      reason, created_by, created_at, proposal_id)
    select known.rerating_id, known.rerating_id::text, 'posting', ${version}, s.fetched_at, ${now}, p.offering, null,
      ${reason}, ${actorLabel(actor).id}, ${now}, p.id
    from unnest(${ids}::uuid[], ${ids.map(grantBackId)}::uuid[]) as known(proposal_id, rerating_id)
    join ratebook.proposal p on p.id = known.proposal_id
    join ratebook.snapshot s on s.source = p.source and s.sha256 = p.sha256
    join ratebook.rate r on r.opened_version = ${version} and r.offering = p.offering and r.meter = p.meter
      and r.condition_key = p.condition_key and r.source = p.source
    where ${isDecrease(tx)} and s.fetched_at < ${now}
    on conflict (id) do nothing returning id`;
  return opened.count;
}

/** Of a `proposal p`: the same price point at a lower price. */
export const isDecrease = (sql: Query) =>
  sql`(p.change = 'changed' and p.action <> 'refuse' and p.new_usd * p.old_per < p.old_usd * p.new_per)`;

/** Of one proposal there is one grant-back. */
export const grantBackId = (proposalId: string): string => opId("grant-back", proposalId);
