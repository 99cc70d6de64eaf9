import { err, ok, type Result } from "@ratebook/core";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CatalogAccessDenied, refuseUnlessOperator, refuseUnlessSubmitter } from "./permission.ts";

/** A run somebody should take: asked for by an operator, or left by a worker whose lease ended. */
export type OpenRun = { source: string; slot: Date };

/** No worker has announced a source of that name. */
export type UnknownSource = { kind: "source_not_found"; source: string };

/**
 * Asks for a source to be read again; a worker picks it up within seconds.
 *
 * While a request for the source is open, asking again gives the same run.
 */
export async function requestRun(
  ctx: Pick<Ctx, "sql" | "clock" | "newId">,
  actor: Actor,
  { source }: { source: string },
): Promise<Result<{ runId: string }, CatalogAccessDenied | UnknownSource>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  return ctx.sql.begin(async (tx) => {
    // Locked, so that two requests at once make one run.
    const known = await tx`
      select 1 from ratebook.source_state where source = ${source} and title is not null for update`;
    if (known.length === 0) return err({ kind: "source_not_found", source });
    const [open] = await tx<{ id: string }[]>`
      select id from ratebook.sync_run where source = ${source} and state = 'requested' limit 1`;
    if (open) return ok({ runId: open.id });
    const id = ctx.newId();
    await tx`
      insert into ratebook.sync_run (id, source, slot, trigger, state, requested_by)
      values (${id}, ${source}, ${ctx.clock()}, 'request', 'requested', ${actorLabel(actor).id})`;
    return ok({ runId: id });
  });
}

/** Runs that wait for a worker, oldest first, at most fifty; claiming one takes it. */
export async function openRuns(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
): Promise<Result<OpenRun[], CatalogAccessDenied>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  const runs = await ctx.sql<OpenRun[]>`
    select source, slot from ratebook.sync_run
    where state = 'requested' or (state = 'running' and lease_until < ${ctx.clock()})
    order by slot limit 50`;
  return ok([...runs]);
}
