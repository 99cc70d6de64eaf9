import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { auditCatalogue } from "../catalog/audit.ts";
import type { Ctx } from "../ctx.ts";
import { reverseCorrections } from "./post-corrections.ts";

/** A re-rating that was posted. */
export type Rerating = {
  id: string;
  state: "posting" | "posted" | "undoing" | "undone";
  version: number;
  from: Date;
  to: Date;
  offering: string | null;
  customerId: string | null;
  /** The approved decrease whose difference it gives back; null for a window that was re-rated by hand. */
  proposalId: string | null;
  reason: string;
  createdBy: string;
  createdAt: Date;
  undoneAt: Date | null;
  undoReason: string | null;
  /** Corrected events, and the sum of the differences in nanos: below 0 in the customers' favour. */
  events: number;
  difference: bigint;
};

type Denied = { kind: "access_denied"; message: string };

/** Re-ratings, the latest first, at most 200; for operators. */
export async function listReratings(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
): Promise<Result<Rerating[], Denied>> {
  if (actor.kind !== "operator" && actor.kind !== "system") return err(DENIED);
  return ok(
    await ctx.sql<Rerating[]>`
      select r.id, r.state, r.version, r.window_from as "from", r.window_to as "to", r.offering,
        r.customer_id as "customerId", r.proposal_id as "proposalId", r.reason, r.created_by as "createdBy", r.created_at as "createdAt",
        r.undone_at as "undoneAt", r.undo_reason as "undoReason", count(e.event_op_id)::int as events,
        coalesce(sum(e.after - e.before), 0)::int8 as difference
      from ratebook.rerating r left join ratebook.rerated_event e on e.rerating_id = r.id and e.posted
      group by r.id order by r.created_at desc limit 200`,
  );
}

export type UndoReratingError =
  | Denied
  | { kind: "rerating_not_found"; id: string }
  | { kind: "rerating_not_posted"; id: string; state: string };

/**
 * Takes a re-rating back: what it gave is revoked, and its spent part becomes debt; what it debited is given back. Each
 * correction is reversed once; repeating the call finishes one that was interrupted.
 *
 * `rerating_not_posted` where it was undone before, or is not finished.
 */
export async function undoRerating(
  ctx: Ctx,
  actor: Actor,
  { id, reason }: { id: string; reason: string },
): Promise<Result<{ status: "undone" | "undoing"; refused: number }, UndoReratingError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") return err(DENIED);
  const [taken] = await ctx.sql`
    update ratebook.rerating set state = 'undoing' where id = ${id} and state in ('posted', 'undoing') returning id`;
  if (!taken) {
    const [row] = await ctx.sql<{ state: string }[]>`select state from ratebook.rerating where id = ${id}`;
    return err(row ? { kind: "rerating_not_posted", id, ...row } : { kind: "rerating_not_found", id });
  }
  const { refused, postponed } = await reverseCorrections(ctx, id);
  if (postponed > 0) return ok({ status: "undoing", refused });
  const now = ctx.clock();
  await ctx.sql.begin(async (tx) => {
    const undone = await tx`
      update ratebook.rerating set state = 'undone', undone_at = ${now}, undo_reason = ${reason}
      where id = ${id} and state = 'undoing' returning id`;
    if (undone.length === 0) return;
    const note = { action: "usage.rerate_undo", subject: id, after: { refused }, reason };
    await auditCatalogue({ tx, now, newId: ctx.newId }, actor, note);
  });
  return ok({ status: "undone", refused });
}

const DENIED: Denied = { kind: "access_denied", message: "Only an operator may re-rate usage." };
