import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { acceptHeldChange } from "./activate-proposals.ts";
import {
  closeProposal,
  type DecideProposalError,
  lockUndecided,
  type UndecidedChange,
} from "./decide-proposal.ts";
import { judgeAnew } from "./judgement-due.ts";
import { refuseUnlessOperator } from "./permission.ts";
import { inPublication, type Publication } from "./publication.ts";
import { publishRates } from "./publish-rates.ts";
import { readFreshness } from "./sources.ts";

/**
 * Approves a held change for a future instant. When that comes the change is confirmed once more (`activateScheduled`),
 * and never earlier, though the guard would let it through by then. Until then it can still be approved, rejected or
 * scheduled anew; a source that says something else supersedes it, and what it says instead is judged as if nothing had
 * been scheduled.
 *
 * `validation_error` for an instant that is not in the future, or more than a year away.
 */
export async function scheduleProposal(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  { id, at, reason }: { id: string; at: Date; reason: string },
): Promise<
  Result<
    { activateAt: Date },
    DecideProposalError | { kind: "validation_error"; field: string; message: string }
  >
> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const aheadMs = at.getTime() - ctx.clock().getTime();
  if (!(aheadMs > 0 && aheadMs <= AHEAD_MAX_MS)) {
    return err({ kind: "validation_error", field: "at", message: "must be in the future, within a year" });
  }
  return inPublication(
    ctx,
    async (publication): Promise<Result<{ activateAt: Date }, DecideProposalError>> => {
      const found = await lockUndecided(publication, id, true);
      if (!found.ok) return found;
      await closeProposal(publication, actor, found.value, {
        state: "scheduled",
        action: "proposal.schedule",
        reason,
        version: null,
        activateAt: at,
      });
      return ok({ activateAt: at });
    },
  );
}

/** What became of the scheduled changes that were due. */
export type ScheduledOutcome = { activated: string[]; returned: { id: string; because: string }[] };

/**
 * Activates the scheduled changes that are due and still hold: their source was read since they were scheduled, is not
 * stale, and its last good price is the one the change was compared with. The others go back to the held ones, with
 * what was in the way, and their source's next document is judged in full. Safe to run twice.
 */
export async function activateScheduled(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
): Promise<ScheduledOutcome> {
  const [due] = await ctx.sql`
    select 1 from ratebook.proposal where state = 'scheduled' and activate_at <= ${ctx.clock()} limit 1`;
  if (!due) return { activated: [], returned: [] };
  const freshness = new Map((await readFreshness(ctx)).map((source) => [source.source, source]));
  return inPublication(ctx, async (publication) => {
    const { tx, now } = publication;
    const outcome: ScheduledOutcome = { activated: [], returned: [] };
    const rows = await tx<{ id: string }[]>`
      select id from ratebook.proposal where state = 'scheduled' and activate_at <= ${now}
      order by activate_at, id limit 500`;
    for (const { id } of rows) {
      const found = await lockUndecided(publication, id, true);
      if (!found.ok) continue;
      const change = found.value;
      const read = freshness.get(change.source);
      const because =
        read === undefined ||
        read.checkedAt === null ||
        (change.decidedAt && read.checkedAt <= change.decidedAt)
          ? "its source was not read again since it was scheduled"
          : read.stale
            ? "its source is stale"
            : await movedSince(publication, change);
      if (because === null) {
        await acceptHeldChange(publication, change);
        const version = await publishRates(publication, [change.offering], {
          source: change.source,
          note: "scheduled change, confirmed when due",
        });
        await closeProposal(publication, actor, change, {
          state: "approved",
          action: "proposal.activate",
          reason: "scheduled, and confirmed when due",
          version,
        });
        outcome.activated.push(id);
      } else {
        await closeProposal(publication, actor, change, {
          state: "held",
          action: "proposal.return",
          reason: `not confirmed when due: ${because}`,
          version: null,
        });
        // Until now the schedule kept the value out, whatever the guard thought of it.
        await judgeAnew(tx, [change.source]);
        outcome.returned.push({ id, because });
      }
    }
    return outcome;
  });
}

/** Whether the source's last good price is another one by now than the change was compared with. */
async function movedSince({ tx }: Publication, change: UndecidedChange): Promise<string | null> {
  const [same] = await tx`
    select from ratebook.proposal p
    left join ratebook.claim c on (c.source, c.offering, c.meter, c.condition_key) =
      (p.source, p.offering, p.meter, p.condition_key)
    where p.id = ${change.id} and case p.change when 'added' then c.usd is null
      else c.usd * p.old_per = p.old_usd * c.per end`;
  return same ? null : "the price it was compared with is another one by now";
}

const AHEAD_MAX_MS = 366 * 24 * 60 * 60 * 1000;
