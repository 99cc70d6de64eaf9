import { must } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { type HeldChange, heldChangeColumns } from "../catalog/activate-proposals.ts";
import { auditCatalogue } from "../catalog/audit.ts";
import type { Ctx } from "../ctx.ts";
import { planGrantBack } from "./grant-back-plan.ts";
import { postCorrections } from "./post-corrections.ts";

type GrantBack = { id: string; proposalId: string; version: number; from: Date; to: Date; reason: string };
type GrantBackCtx = Pick<Ctx, "sql" | "clock" | "newId" | "catalogue" | "ledger">;

/**
 * Gives back what approved decreases would have saved since their documents were fetched, as grants that name the
 * debits; each debit is corrected once for each decrease, also where this was interrupted. What the ledger cannot take
 * just now stays for the next time. `undoRerating` takes a grant-back back.
 *
 * @returns how many were posted in full
 */
export async function postGrantBacks(ctx: GrantBackCtx, actor: Actor): Promise<number> {
  const open = await ctx.sql<GrantBack[]>`
    select id, proposal_id as "proposalId", version, window_from as "from", window_to as "to", reason
    from ratebook.rerating where proposal_id is not null and state = 'posting' order by created_at, id limit 100`;
  let posted = 0;
  for (const grantBack of open) {
    const { id, proposalId, from, to } = grantBack;
    const [change] = await ctx.sql<HeldChange[]>`
      select ${heldChangeColumns(ctx.sql)} from ratebook.proposal where id = ${proposalId}`;
    const decrease = must(change, "a proposal is never deleted");
    const done = await postWithin(ctx, grantBack, decrease, { from, to });
    if (done.postponed > 0) continue;
    posted += await finish(ctx, actor, id, { ...grantBack, ...done, offering: decrease.offering });
  }
  return posted;
}

type Posted = { changed: number; refused: number; postponed: number };

/** A window with more events than are looked at is posted in halves. */
async function postWithin(
  ctx: GrantBackCtx,
  grantBack: GrantBack,
  change: HeldChange,
  { from, to }: { from: Date; to: Date },
): Promise<Posted> {
  const plan = await planGrantBack(ctx, change, { from, to }, grantBack.id);
  const middle = new Date(Math.floor((from.getTime() + to.getTime()) / 2));
  if (!plan.complete && middle > from && middle < to) {
    const first = await postWithin(ctx, grantBack, change, { from, to: middle });
    const second = await postWithin(ctx, grantBack, change, { from: middle, to });
    return {
      changed: first.changed + second.changed,
      refused: first.refused + second.refused,
      postponed: first.postponed + second.postponed,
    };
  }
  const outcome = await postCorrections(ctx, grantBack.id, grantBack.version, plan.changed);
  return { changed: plan.changed.length, ...outcome };
}

async function finish(
  ctx: GrantBackCtx,
  actor: Actor,
  id: string,
  { reason, from, to, ...done }: Omit<GrantBack, "id"> & Posted & { offering: string },
): Promise<number> {
  const now = ctx.clock();
  return ctx.sql.begin(async (tx) => {
    const posted = await tx`
      update ratebook.rerating set state = 'posted' where id = ${id} and state = 'posting' returning id`;
    if (posted.length === 0) return 0;
    const { changed, refused, offering, version, proposalId: proposal } = done;
    const after = {
      from: from.toISOString(),
      to: to.toISOString(),
      proposal,
      offering,
      version,
      changed,
      refused,
    };
    await auditCatalogue({ tx, now, newId: ctx.newId }, actor, {
      action: "usage.grant_back",
      subject: id,
      after,
      reason,
    });
    return 1;
  });
}
