import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { fastClock } from "./fast-clock.ts";
import { type CatalogAccessDenied, refuseUnlessSubmitter } from "./permission.ts";
import type { Query, Tx } from "./publication.ts";
import { touchSource } from "./publish-document.ts";
import type { RunCounts, RunDetails } from "./run-report.ts";

/** The run is not ours (any more): never claimed, finished already, or taken over after its lease. */
export type RunNotClaimed = { kind: "run_not_claimed"; runId: string };

export type FinishRunError = CatalogAccessDenied | RunNotClaimed;

/** A failed reading: which check failed, in words, and what was there instead. */
export type RunFailure = { check: string; message: string; excerpt?: string | null | undefined };

/** A run that somebody is working on. */
export type RunningRun = { source: string; worker: string };

/** A run that somebody is working on, locked until the transaction ends; null otherwise. */
export async function lockRunningRun(tx: Tx, runId: string): Promise<RunningRun | null> {
  const [run] = await tx<RunningRun[]>`
    select source, coalesce(claimed_by, '') as worker from ratebook.sync_run
    where id = ${runId} and state = 'running' for update`;
  return run ?? null;
}

/**
 * Records that a source still says what it said: the date it was checked moves, and the look counts for the prices it no
 * longer states. A `fetchedAt` that is still to come moves nothing and is recorded as the run's failure.
 *
 * @returns null, or the failure that was recorded
 */
export async function reportUnchanged(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { runId, fetchedAt }: { runId: string; fetchedAt: Date },
): Promise<Result<RunFailure | null, FinishRunError>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  return ctx.sql.begin(async (tx): Promise<Result<RunFailure | null, FinishRunError>> => {
    const run = await lockRunningRun(tx, runId);
    if (run === null) return err({ kind: "run_not_claimed", runId });
    const { source, worker } = run;
    const at = ctx.clock();
    const failure = fastClock(worker, fetchedAt, at);
    if (failure !== null) {
      await recordFailure(tx, { runId, source, at, failure });
      return ok(failure);
    }
    await touchSource({ tx }, source, { fetchedAt, etag: null, lastModified: null });
    await tx`
      update ratebook.sync_run set state = 'succeeded', outcome = 'unchanged', finished_at = ${at},
        counts = jsonb_build_object('unchanged', coalesce(
          (select offerings from ratebook.source_state where source = ${source}), 0))
      where id = ${runId}`;
    return ok(null);
  });
}

/**
 * Records that a source could not be read or made no sense. Its prices stay as they are and go on ageing: no date
 * of theirs is touched.
 */
export async function failRun(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { runId, failure }: { runId: string; failure: RunFailure },
): Promise<Result<null, FinishRunError>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  return ctx.sql.begin(async (tx) => {
    const run = await lockRunningRun(tx, runId);
    if (run === null) return err({ kind: "run_not_claimed", runId });
    await recordFailure(tx, { runId, source: run.source, at: ctx.clock(), failure });
    return ok(null);
  });
}

/** Marks a run and its source as failed. */
export async function recordFailure(
  tx: Query,
  { runId, source, at, failure }: { runId: string; source: string; at: Date; failure: RunFailure },
): Promise<void> {
  const message = failure.message.slice(0, MESSAGE_MAX);
  const details = { check: failure.check, excerpt: failure.excerpt?.slice(0, EXCERPT_MAX) ?? null };
  await tx`
    update ratebook.sync_run set state = 'failed', outcome = 'failed', finished_at = ${at}, error = ${message},
      details = ${JSON.stringify(details)}::text::jsonb
    where id = ${runId}`;
  await tx`
    insert into ratebook.source_state (source, last_failure_at, last_failure) values (${source}, ${at}, ${message})
    on conflict (source) do update set last_failure_at = excluded.last_failure_at,
      last_failure = excluded.last_failure`;
}

/** Marks a run as done, with what it did. */
export async function recordSuccess(
  tx: Query,
  run: {
    runId: string;
    at: Date;
    outcome: string;
    version: number | null;
    sha256: string;
    counts: RunCounts;
    details: RunDetails;
  },
): Promise<void> {
  await tx`
    update ratebook.sync_run set state = 'succeeded', outcome = ${run.outcome}, finished_at = ${run.at},
      version = ${run.version}, sha256 = ${run.sha256}, counts = ${JSON.stringify(run.counts)}::text::jsonb,
      details = ${JSON.stringify(run.details)}::text::jsonb
    where id = ${run.runId}`;
}

const MESSAGE_MAX = 2000;
const EXCERPT_MAX = 2000;
