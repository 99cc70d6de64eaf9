import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { isJudgementDue } from "./judgement-due.ts";
import { type CatalogAccessDenied, isOwnSource, refuseUnlessSubmitter } from "./permission.ts";

/** Why a run is made. */
export type RunTrigger = "schedule" | "catch-up" | "request" | "command";

export type ClaimRunInput = {
  source: string;
  /** The instant the run is due; a source has one run for each. */
  slot: Date;
  trigger: RunTrigger;
  /** Name of who claims it, for the record. */
  worker: string;
};

/**
 * A run that is ours now, and the validators of the document we hold: null where there is none, or where it has to be
 * handed in again because something of it is due (`isJudgementDue`).
 */
export type ClaimedRun = {
  runId: string;
  etag: string | null;
  lastModified: string | null;
  sha256: string | null;
};

export type ClaimRunError =
  | CatalogAccessDenied
  | { kind: "validation_error"; field: string; message: string };

/**
 * Claims the reading of a source at a slot, so that of several workers, or after a restart, one does it.
 *
 * A requested run is taken over; so is a run whose worker did not finish within its lease of ten minutes, and what
 * that worker submits later is refused.
 *
 * @returns null where the slot was claimed already
 */
export async function claimRun(
  ctx: Pick<Ctx, "sql" | "clock" | "newId">,
  actor: Actor,
  { source, slot, trigger, worker }: ClaimRunInput,
): Promise<Result<ClaimedRun | null, ClaimRunError>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  if (isOwnSource(source)) {
    return err({
      kind: "validation_error",
      field: "source",
      message: "the operator's own prices are imported, not synced",
    });
  }
  const now = ctx.clock();
  const lease = new Date(now.getTime() + LEASE_MS);
  const [run] = await ctx.sql<ClaimedRun[]>`
    with claimed as (
      insert into ratebook.sync_run (id, source, slot, trigger, state, claimed_by, claimed_at, lease_until)
      values (${ctx.newId()}, ${source}, ${slot}, ${trigger}, 'running', ${worker}, ${now}, ${lease})
      on conflict (source, slot) do update set
        id = case sync_run.state when 'requested' then sync_run.id else excluded.id end,
        state = 'running', claimed_by = excluded.claimed_by, claimed_at = excluded.claimed_at,
        lease_until = excluded.lease_until
      where sync_run.state = 'requested' or (sync_run.state = 'running' and sync_run.lease_until < ${now})
      returning id, source)
    select id as "runId", etag, last_modified as "lastModified", sha256
    from claimed left join ratebook.source_state using (source)`;
  if (run === undefined) return ok(null);
  const isWanted = await isJudgementDue(ctx.sql, source, now);
  return ok(isWanted ? { ...run, etag: null, lastModified: null, sha256: null } : run);
}

/** Longer than any fetch with its retries, and the parse and publish after it. */
const LEASE_MS = 10 * 60 * 1000;
