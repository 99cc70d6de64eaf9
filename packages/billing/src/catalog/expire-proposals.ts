import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { judgeAnew } from "./judgement-due.ts";
import { readProposalPolicy } from "./proposal-policy.ts";
import { inPublication } from "./publication.ts";

/**
 * Lets held changes lapse that nobody decided for as long as the policy waits. What their sources still say is proposed
 * again by their next documents, whether or not the bytes that say it are the same.
 *
 * One publication like any other: a document judged beside it would count on a change that is no longer held.
 *
 * @returns how many lapsed
 */
export async function expireProposals(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
): Promise<number> {
  const { expireAfterDays } = await readProposalPolicy(ctx.sql);
  if (expireAfterDays === null) return 0;
  const before = new Date(ctx.clock().getTime() - expireAfterDays * DAY_MS);
  const [old] = await ctx.sql`
    select 1 from ratebook.proposal where state = 'held' and created_at <= ${before} limit 1`;
  if (!old) return 0;
  return inPublication(ctx, async ({ tx, now }) => {
    const gone = await tx<{ source: string }[]>`
      update ratebook.proposal set state = 'expired', decided_at = ${now}, decided_by = ${actorLabel(actor).id},
        decision_reason = ${`nobody decided it within ${expireAfterDays} days`}
      where state = 'held' and created_at <= ${before} returning source`;
    await judgeAnew(
      tx,
      gone.map(({ source }) => source),
    );
    return gone.length;
  });
}

const DAY_MS = 24 * 60 * 60 * 1000;
