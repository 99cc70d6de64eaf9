import { type AuthorityOrders, authorityRank, err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { heldChangeColumns } from "./activate-proposals.ts";
import { type BlastRadius, blastRadius } from "./blast-radius.ts";
import type { UndecidedChange } from "./decide-proposal.ts";
import { compare, explainMeters, type MeterAuthority } from "./explain-authority.ts";
import { type Proposal, proposalColumns } from "./list-proposals.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { authorityOrders, readAuthoritySetting } from "./pricing-rules.ts";
import { readExcerpt, type SnapshotExcerpt } from "./snapshot-excerpt.ts";

/** Everything a person needs to decide on a held change. */
export type ProposalEvidence = {
  proposal: Proposal;
  /** The other values of the proposed rate, where it has them. */
  terms: {
    free: boolean;
    minimum: string | null;
    increment: string | null;
    included: string | null;
    validFrom: Date | null;
    validUntil: Date | null;
  };
  /** What every source says of the meter, and whose word is billed; null where nobody states it yet. */
  authority: MeterAuthority | null;
  /** Other sources' prices at this very price point, beside the proposed one. */
  witnesses: {
    source: string;
    usd: string;
    per: bigint;
    /** `proposed`: held itself, so not that source's good word yet. */
    standing: "accepted" | "proposed";
    agreesWithNew: boolean | null;
    ratioToNew: string | null;
  }[];
  /** Whether this source would price the meter if the change went in. */
  wouldDecide: boolean;
  /** The document around the price, text only. */
  excerpt: SnapshotExcerpt | null;
  /** Other changes of the same offering that wait as well. */
  siblings: { id: string; meter: string; when: Proposal["when"]; rule: string; newUsd: string | null }[];
  blastRadius: BlastRadius;
};

/** A held change with its evidence; for operators. `proposal_not_found` for an unknown id. */
export async function getProposal(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor,
  { id }: { id: string },
): Promise<Result<ProposalEvidence, CatalogAccessDenied | { kind: "proposal_not_found"; id: string }>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const [proposal] = await sql<Proposal[]>`
    select ${proposalColumns(sql)} from ratebook.proposal where id = ${id}`;
  const [change] = await sql<UndecidedChange[]>`
    select ${heldChangeColumns(sql)} from ratebook.proposal where id = ${id}`;
  if (!proposal || !change) return err({ kind: "proposal_not_found", id });
  const { source, offering, meter } = proposal;
  const [authority] = await explainMeters(sql, offering, meter, ctx.clock());
  const near = [offering.slice(offering.indexOf("/") + 1), proposal.newUsd ?? proposal.oldUsd ?? ""];
  const [witnesses, excerpt, siblings, impact, orders] = await Promise.all([
    readWitnesses(ctx, proposal),
    readExcerpt(sql, { source, sha256: proposal.sha256, where: proposal.where, near }),
    sql<ProposalEvidence["siblings"]>`
      select id, meter, conditions as "when", rule, trim_scale(new_usd)::text as "newUsd" from ratebook.proposal
      where offering = ${offering} and source = ${source} and state in ('held', 'scheduled') and id <> ${id}
      order by meter, condition_key limit 100`,
    blastRadius(ctx, change),
    readAuthoritySetting(sql).then(authorityOrders),
  ]);
  const { free, minimum, increment, included, validFrom, validUntil } = change;
  return ok({
    proposal,
    terms: { free, minimum, increment, included, validFrom, validUntil },
    authority: authority ?? null,
    witnesses,
    wouldDecide: wouldDecide(authority, proposal, orders),
    excerpt,
    siblings: [...siblings],
    blastRadius: impact,
  });
}

async function readWitnesses(
  { sql }: Pick<Ctx, "sql">,
  { id, source, newUsd, newPer }: Proposal,
): Promise<ProposalEvidence["witnesses"]> {
  const rows = await sql<{ source: string; usd: string; per: bigint; standing: "accepted" | "proposed" }[]>`
    with point as (select offering, meter, condition_key from ratebook.proposal where id = ${id})
    select source, trim_scale(usd)::text as usd, per, 'accepted' as standing from ratebook.claim
    join point using (offering, meter, condition_key) where source <> ${source}
    union all
    select source, trim_scale(new_usd)::text, new_per, 'proposed' from ratebook.proposal
    join point using (offering, meter, condition_key)
    where source <> ${source} and state in ('held', 'scheduled') and new_usd is not null
    order by source, standing`;
  return rows.map((row) => {
    if (newUsd === null || newPer === null) return { ...row, agreesWithNew: null, ratioToNew: null };
    const { agrees, ratio } = compare(row, { usd: newUsd, per: newPer });
    return { ...row, agreesWithNew: agrees, ratioToNew: ratio };
  });
}

function wouldDecide(
  authority: MeterAuthority | undefined,
  { source, offering }: Proposal,
  orders: AuthorityOrders,
): boolean {
  const provider = offering.slice(0, offering.indexOf("/"));
  const rank = authorityRank(source, provider, orders);
  if (rank === Number.POSITIVE_INFINITY || authority?.overridden === true) return false;
  const deciding = authority?.deciding ?? null;
  if (deciding === null || deciding === source) return true;
  const other = authorityRank(deciding, provider, orders);
  return rank === other ? source < deciding : rank < other;
}
