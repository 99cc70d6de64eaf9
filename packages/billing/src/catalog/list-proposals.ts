import { type Conditions, err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import type { Query } from "./publication.ts";

/** States of a change the guard stopped. */
export const PROPOSAL_STATES = [
  "held",
  "scheduled",
  "released",
  "approved",
  "edited",
  "rejected",
  "superseded",
  "expired",
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

/** A change the guard has not let through, or did not at first. */
export type Proposal = {
  id: string;
  source: string;
  offering: string;
  meter: string;
  when: Conditions;
  change: "added" | "changed" | "removed";
  /** `refuse`: nobody may activate it. */
  action: "hold" | "quarantine" | "refuse";
  rule: string;
  reason: string;
  oldUsd: string | null;
  oldPer: bigint | null;
  newUsd: string | null;
  newPer: bigint | null;
  /** new ÷ old for reading. */
  ratio: string | null;
  sha256: string;
  where: string | null;
  state: ProposalState;
  /** Source that confirmed it. */
  witness: string | null;
  runId: string | null;
  version: number | null;
  createdAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  decisionReason: string | null;
  /** When a scheduled one is to take effect. */
  activateAt: Date | null;
  /** When operators were told that it blocks a price in use. */
  escalatedAt: Date | null;
};

/**
 * Proposals, the newest first; for operators.
 *
 * @param input.cursor `nextCursor` of the page before
 */
export async function listProposals(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { state, limit, cursor }: { state?: ProposalState | undefined; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: Proposal[]; total: number; nextCursor: string | null }, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const wanted = state === undefined ? sql`true` : sql`state = ${state}`;
  const after = cursor?.split("_") ?? [];
  const rows = await sql<Proposal[]>`
    select ${proposalColumns(sql)}
    from ratebook.proposal
    where ${wanted}
      and ${after.length === 2 ? sql`(created_at, id) < (${after[0] ?? ""}::text::timestamptz, ${after[1] ?? ""}::text::uuid)` : sql`true`}
    order by created_at desc, id desc limit ${limit + 1}`;
  const [count] = await sql<{ total: number }[]>`
    select count(*)::int as total from ratebook.proposal where ${wanted}`;
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return ok({
    items,
    total: count?.total ?? 0,
    nextCursor: last ? `${last.createdAt.toISOString()}_${last.id}` : null,
  });
}

/** Columns of `proposal` as a Proposal has them. */
export const proposalColumns = (sql: Query) => sql`
  id, source, offering, meter, conditions as "when", change, action, rule, reason,
  trim_scale(old_usd)::text as "oldUsd", old_per as "oldPer", trim_scale(new_usd)::text as "newUsd",
  new_per as "newPer", ratio, sha256, where_in_document as "where", state, witness, run_id as "runId", version,
  created_at as "createdAt", decided_at as "decidedAt", decided_by as "decidedBy",
  decision_reason as "decisionReason", activate_at as "activateAt", escalated_at as "escalatedAt"`;
