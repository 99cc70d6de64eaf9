import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { RunTrigger } from "./claim-run.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import type { Query } from "./publication.ts";

/** One reading of one source. */
export type SyncRun = {
  id: string;
  source: string;
  slot: Date;
  trigger: RunTrigger;
  /** `abandoned`: its worker did not finish within its lease, and nobody has taken it over yet. */
  state: "requested" | "running" | "succeeded" | "failed" | "abandoned";
  outcome: string | null;
  counts: Record<string, number>;
  error: string | null;
  claimedBy: string | null;
  claimedAt: Date | null;
  finishedAt: Date | null;
  version: number | null;
  sha256: string | null;
};

/** A run with what is worth reading about it. */
export type SyncRunDetail = SyncRun & {
  /** Alerts, findings and offerings that were not simply unchanged; for a failed run the check and an excerpt. */
  details: Record<string, unknown>;
  requestedBy: string | null;
};

/**
 * Runs, the latest slot first.
 *
 * @param input.cursor `nextCursor` of the page before
 */
export async function listRuns(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { source, limit, cursor }: { source?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: SyncRun[]; nextCursor: string | null }, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const after = cursor?.split("_") ?? [];
  const rows = await sql<SyncRun[]>`
    select ${columns(sql, ctx.clock())} from ratebook.sync_run
    where ${source === undefined ? sql`true` : sql`source = ${source}`}
      and ${after.length === 2 ? sql`(slot, id) < (${after[0] ?? ""}::text::timestamptz, ${after[1] ?? ""}::text::uuid)` : sql`true`}
    order by slot desc, id desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return ok({ items, nextCursor: last ? `${last.slot.toISOString()}_${last.id}` : null });
}

/** One run with its details; `run_not_found` for an unknown id. */
export async function getRun(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { id }: { id: string },
): Promise<Result<SyncRunDetail, CatalogAccessDenied | { kind: "run_not_found"; id: string }>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const [run] = await ctx.sql<SyncRunDetail[]>`
    select ${columns(ctx.sql, ctx.clock())}, details, requested_by as "requestedBy"
    from ratebook.sync_run where id = ${id}`;
  return run ? ok(run) : err({ kind: "run_not_found", id });
}

const columns = (sql: Query, now: Date) => sql`
  id, source, slot, trigger, outcome, counts, error, claimed_by as "claimedBy", claimed_at as "claimedAt",
  finished_at as "finishedAt", version, sha256,
  case when state = 'running' and lease_until < ${now} then 'abandoned' else state end as state`;
