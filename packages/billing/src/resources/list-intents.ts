import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { MICROS, readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { isPlatform } from "./find-resource.ts";
import type { ResourceAction } from "./intents.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { ResourceError } from "./resource.ts";

/** What the platform has to carry out, or did. */
export type ListedIntent = {
  id: string;
  action: ResourceAction;
  cause: "customer" | "credits";
  state: "open" | "acknowledged" | "cancelled";
  resourceId: string;
  resource: string;
  kind: string;
  cpu: number | null;
  memoryMb: number | null;
  instances: number;
  customerId: string;
  externalId: string | null;
  customer: string;
  /** How often it was sent, to any endpoint of the platform. */
  attempts: number;
  createdAt: Date;
  /** Open for more than half an hour: operators were told. */
  overdue: boolean;
  endedAt: Date | null;
};

/**
 * Intents, the oldest open ones first, or all, newest first; for operators, and for a platform that asks for what it
 * has to do in place of being told.
 */
export async function listIntents(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: { open: boolean; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: ListedIntent[]; nextCursor: string | null }, ResourceError>> {
  if (!isPlatform(actor)) {
    return err({
      kind: "access_denied",
      message: "Only the platform, with the scope usage:any, may list what it has to carry out.",
    });
  }
  const after = readCursor(input.cursor, [MICROS, UUID]);
  if (!after.ok) return after;
  const [micros = null, id = null] = after.value;
  const { sql } = ctx;
  const then = sql`('epoch'::timestamptz + ${micros}::int8 * interval '1 microsecond', ${id}::uuid)`;
  const rows = await sql<(ListedIntent & { at: string })[]>`
    select i.id, i.action, i.cause, i.resource_id as "resourceId", r.name as resource, r.kind, r.cpu,
      r.memory_mb as "memoryMb", r.instances, i.customer_id as "customerId", c.external_id as "externalId",
      c.name as customer, i.state, i.created_at as "createdAt",
      i.state = 'open' and i.created_at <= ${new Date(ctx.clock().getTime() - PATIENCE_MS)} as overdue, i.ended_at as "endedAt",
      coalesce((select sum(d.attempts) from ratebook.webhook_event e
        join ratebook.webhook_delivery d on d.event_id = e.id where e.key = 'resource-intent:' || i.id), 0)::int as attempts,
      (extract(epoch from i.created_at) * 1000000)::int8::text as at
    from ratebook.resource_intent i join ratebook.resource r on r.id = i.resource_id
    join ratebook.customer c on c.id = i.customer_id
    where ${
      input.open
        ? sql`i.state = 'open' and (${micros}::int8 is null or (i.created_at, i.id) > ${then})`
        : sql`${micros}::int8 is null or (i.created_at, i.id) < ${then}`
    }
    order by ${input.open ? sql`i.created_at, i.id` : sql`i.created_at desc, i.id desc`} limit ${input.limit + 1}`;
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  const nextCursor = rows.length > page.length && last ? writeCursor([last.at, last.id]) : null;
  return ok({ items: page.map(({ at: _at, ...intent }) => intent), nextCursor });
}
