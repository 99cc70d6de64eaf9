import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { MICROS, readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { isPlatform } from "./find-resource.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { ResourceError } from "./resource.ts";

/** A deployment or a start of which the platform has not said what became. */
export type WaitingDeployment = {
  id: string;
  name: string;
  kind: string;
  customerId: string;
  externalId: string | null;
  customer: string;
  /** When it was asked for last. */
  since: Date;
  /** Whether the platform took it on: it knows of it, and has not reported. */
  takenOn: boolean;
};

/**
 * Deployments that were asked for more than half an hour ago and of which the platform says neither that they run nor that
 * they failed, the longest waiting first; for operators, and for a platform that looks for what it forgot to report. Nothing
 * of them is billed but the fee.
 */
export async function listWaitingDeployments(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Result<{ items: WaitingDeployment[]; nextCursor: string | null }, ResourceError>> {
  if (!isPlatform(actor)) {
    return err({
      kind: "access_denied",
      message: "Only the platform, with the scope usage:any, may list deployments it has not reported on.",
    });
  }
  const after = readCursor(input.cursor, [MICROS, UUID]);
  if (!after.ok) return after;
  const [micros = null, id = null] = after.value;
  const rows = await ctx.sql<(WaitingDeployment & { at: string })[]>`
    select w.id, w.name, w.kind, w."customerId", c.external_id as "externalId",
      c.name as customer, w.since, w."takenOn",
      (extract(epoch from w.since) * 1000000)::int8::text as at
    from (${waiting(ctx)}) w join ratebook.customer c on c.id = w."customerId"
    where ${micros}::int8 is null
      or (w.since, w.id) > ('epoch'::timestamptz + ${micros}::int8 * interval '1 microsecond', ${id}::uuid)
    order by w.since, w.id limit ${input.limit + 1}`;
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  const nextCursor = rows.length > page.length && last ? writeCursor([last.at, last.id]) : null;
  return ok({ items: page.map(({ at: _at, ...deployment }) => deployment), nextCursor });
}

/** The same as a query: each with what it waits since, and when operators were told. */
export function waiting({ sql, clock }: Pick<Ctx, "sql" | "clock">) {
  return sql`
    select r.id, r.name, r.kind, r.customer_id as "customerId", a.since, a.taken_on as "takenOn", r.alarmed_at as "alarmedAt"
    from ratebook.resource r
    cross join lateral (
      select coalesce(max(i.created_at), r.created_at) as since, coalesce(bool_and(i.state <> 'open'), true) as taken_on
      from ratebook.resource_intent i where i.resource_id = r.id and i.action in ('deploy', 'start')) a
    where r.state = 'deploying' and a.since <= ${new Date(clock().getTime() - PATIENCE_MS)}`;
}
