import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import type { EventKind } from "./event-kinds.ts";
import { readableOwner, type WebhookError } from "./webhook-owner.ts";

/** One event on its way to one endpoint. */
export type WebhookDelivery = {
  id: string;
  endpointId: string;
  url: string;
  /** Whose endpoint it is; null: the platform's. */
  customerId: string | null;
  eventId: string;
  kind: EventKind;
  state: "pending" | "delivered" | "failed";
  attempts: number;
  /** When it is tried next; null: never, or once its endpoint is active again. */
  dueAt: Date | null;
  deliveredAt: Date | null;
  occurredAt: Date;
  createdAt: Date;
  /** The last try's answer. */
  lastStatus: number | null;
  lastError: string | null;
};

/** A delivery with what is sent and every try. */
export type WebhookDeliveryDetail = WebhookDelivery & {
  body: string;
  tries: { at: Date; tookMs: number; status: number | null; excerpt: string | null; error: string | null }[];
};

export type ListWebhookDeliveriesInput = {
  customer?: string | undefined;
  /** Operators only: of every owner. */
  all?: boolean | undefined;
  endpointId?: string | undefined;
  state?: WebhookDelivery["state"] | undefined;
  kind?: EventKind | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** Deliveries, a page at a time: failed ones first, then those that wait, then those that arrived; newest first in each. */
export async function listWebhookDeliveries(
  ctx: Ctx,
  actor: Actor,
  input: ListWebhookDeliveriesInput,
): Promise<Result<{ items: WebhookDelivery[]; nextCursor: string | null }, WebhookError>> {
  const everybody = input.all === true && (actor.kind === "operator" || actor.kind === "system");
  if (input.all === true && !everybody) {
    return err({ kind: "access_denied", message: "Only an operator may see everybody's deliveries." });
  }
  const owner = await readableOwner(ctx, actor, everybody ? undefined : input.customer);
  if (!owner.ok) return owner;
  const cursor = readCursor(input.cursor, [/^[0-2]$/, UUID]);
  if (!cursor.ok) return cursor;
  const [rank = null, id = null] = cursor.value;
  const rows = await ctx.sql<WebhookDelivery[]>`
    select ${shown(ctx)}
    from ratebook.webhook_delivery d
    join ratebook.webhook_endpoint w on w.id = d.endpoint_id
    join ratebook.webhook_event e on e.id = d.event_id
    cross join lateral (select case d.state when 'failed' then 0 when 'pending' then 1 else 2 end as rank) r
    left join lateral (${lastTry(ctx)}) a on true
    where (${everybody} or w.customer_id is not distinct from ${owner.value.customerId}::uuid)
      and (${input.endpointId ?? null}::uuid is null or d.endpoint_id = ${input.endpointId ?? null}::uuid)
      and (${input.state ?? null}::text is null or d.state = ${input.state ?? null})
      and (${input.kind ?? null}::text is null or e.kind = ${input.kind ?? null})
      and (${rank}::int is null or r.rank > ${rank}::int or (r.rank = ${rank}::int and d.id < ${id}::uuid))
    order by r.rank, d.id desc limit ${input.limit + 1}`;
  const page = rows.slice(0, input.limit);
  const last = page.at(-1);
  const more = rows.length > input.limit && last !== undefined;
  return ok({
    items: page,
    nextCursor: more ? writeCursor([RANKS[last.state], last.id]) : null,
  });
}

/** One delivery with its text and its tries, newest first; at most 100. Operators may see everybody's. */
export async function getWebhookDelivery(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; id: string },
): Promise<Result<WebhookDeliveryDetail, WebhookError>> {
  const owner = await readableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const everybody = (actor.kind === "operator" || actor.kind === "system") && input.customer === undefined;
  const [row] = await ctx.sql<(WebhookDelivery & { body: string })[]>`
    select ${shown(ctx)}, e.body
    from ratebook.webhook_delivery d
    join ratebook.webhook_endpoint w on w.id = d.endpoint_id
    join ratebook.webhook_event e on e.id = d.event_id
    left join lateral (${lastTry(ctx)}) a on true
    where d.id = ${input.id} and (${everybody} or w.customer_id is not distinct from ${owner.value.customerId}::uuid)`;
  if (row === undefined) return err({ kind: "webhook_not_found", what: "delivery", id: input.id });
  const tries = await ctx.sql<WebhookDeliveryDetail["tries"]>`
    select at, took_ms as "tookMs", status, excerpt, error from ratebook.webhook_attempt
    where delivery_id = ${input.id} order by at desc, id desc limit 100`;
  return ok({ ...row, tries: [...tries] });
}

const shown = ({ sql }: Pick<Ctx, "sql">) => sql`
  d.id, d.endpoint_id as "endpointId", w.url, w.customer_id as "customerId", d.event_id as "eventId", e.kind, d.state,
  d.attempts, d.due_at as "dueAt", d.delivered_at as "deliveredAt", e.occurred_at as "occurredAt",
  d.created_at as "createdAt", a.status as "lastStatus", a.error as "lastError"`;

const lastTry = ({ sql }: Pick<Ctx, "sql">) => sql`
  select t.status, t.error from ratebook.webhook_attempt t
  where t.delivery_id = d.id order by t.at desc, t.id desc limit 1`;

/** The order in which states are listed, as in the query. */
const RANKS: { [state in WebhookDelivery["state"]]: string } = { failed: "0", pending: "1", delivered: "2" };
