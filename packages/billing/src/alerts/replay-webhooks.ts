import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { webhookDelivery } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { lockEndpoint } from "./change-webhook-endpoint.ts";
import { kindsFor } from "./event-kinds.ts";
import type { WebhookEndpointRow } from "./webhook-endpoint.ts";
import { type WebhookError, type WebhookOwner, writableOwner } from "./webhook-owner.ts";

/**
 * Sends one delivery again, whatever became of it, under the same message id. Operators may name anybody's. Refused where
 * its endpoint is disabled, and where the event was withdrawn.
 */
export async function replayDelivery(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; id: string },
): Promise<Result<{ replayed: number }, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const anybody = (actor.kind === "operator" || actor.kind === "system") && input.customer === undefined;
  const [found] = await ctx.sql<{ endpointId: string; customerId: string | null; withdrawn: boolean }[]>`
    select w.id as "endpointId", w.customer_id as "customerId", e.withdrawn_at is not null as withdrawn
    from ratebook.webhook_delivery d
    join ratebook.webhook_endpoint w on w.id = d.endpoint_id
    join ratebook.webhook_event e on e.id = d.event_id
    where d.id = ${input.id} and (${anybody} or w.customer_id is not distinct from ${owner.value.customerId}::uuid)`;
  if (found === undefined) return err({ kind: "webhook_not_found", what: "delivery", id: input.id });
  if (found.withdrawn) {
    return err({ kind: "validation_error", field: "id", message: "is of an event that no longer holds" });
  }
  return replay(ctx, actor, { customerId: found.customerId }, found.endpointId, async (tx) => {
    const rows = await tx.execute(sql`
      update ratebook.webhook_delivery
      set state = 'pending', attempts = 0, due_at = ${ctx.clock().toISOString()}::timestamptz, delivered_at = null
      where id = ${input.id}::uuid returning id`);
    return rows.length;
  });
}

export type ReplayWindowInput = {
  customer?: string | undefined;
  endpointId: string;
  /** Of when the events happened; half-open, at most 30 days. */
  from: Date;
  to: Date;
  /** True: also those that arrived. False: only what failed, and what it was not told because it was disabled or new. */
  delivered?: boolean | undefined;
};

/** Sends an endpoint again what it missed within a window: at most 10,000 events, oldest first. */
export async function replayWindow(
  ctx: Ctx,
  actor: Actor,
  input: ReplayWindowInput,
): Promise<Result<{ replayed: number }, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  if (input.from >= input.to) {
    return err({ kind: "validation_error", field: "to", message: "must be after from" });
  }
  return replay(ctx, actor, owner.value, input.endpointId, (tx, endpoint) =>
    replayEvents(ctx, tx, endpoint, input),
  );
}

async function replay(
  ctx: Ctx,
  actor: Actor,
  owner: WebhookOwner,
  endpointId: string,
  work: (tx: Transaction, endpoint: WebhookEndpointRow) => Promise<number>,
): Promise<Result<{ replayed: number }, WebhookError>> {
  return inTransaction(ctx.db, async (tx): Promise<Result<{ replayed: number }, WebhookError>> => {
    const endpoint = await lockEndpoint(tx, owner, endpointId);
    if (endpoint === null) return err({ kind: "webhook_not_found", what: "endpoint", id: endpointId });
    if (endpoint.state !== "active") {
      const message = "is an endpoint that is disabled; switch it on first";
      return err({ kind: "validation_error", field: "endpointId", message });
    }
    const replayed = await work(tx, endpoint);
    if (replayed > 0) {
      await recordAudit(ctx, tx, actor, {
        action: "webhook.replay",
        subject: endpointId,
        customerId: owner.customerId,
        after: { replayed },
      });
      await ctx.jobs.enqueueWithin(tx, "send-webhooks", ctx.newId(), {});
    }
    return ok({ replayed });
  });
}

async function replayEvents(
  ctx: Ctx,
  tx: Transaction,
  endpoint: WebhookEndpointRow,
  { from, to, delivered = false }: ReplayWindowInput,
): Promise<number> {
  const owner = endpoint.customerId === null ? "platform" : "customer";
  const wanted = endpoint.events.length === 0 ? kindsFor(owner) : endpoint.events;
  // A test is for the endpoint it was asked for.
  const kinds = wanted.filter((kind) => kind !== "webhook.test");
  const events = await tx.execute<{ id: string }>(sql`
    select e.id from ratebook.webhook_event e
    left join ratebook.webhook_delivery d on d.event_id = e.id and d.endpoint_id = ${endpoint.id}::uuid
    where e.occurred_at >= ${from.toISOString()}::timestamptz and e.occurred_at < ${to.toISOString()}::timestamptz
      and (${endpoint.customerId}::uuid is null or e.customer_id = ${endpoint.customerId}::uuid)
      and e.kind = any(${`{${kinds.join(",")}}`}::text[])
      and e.withdrawn_at is null
      and (d.id is null or d.state = 'failed' or (d.state = 'delivered' and ${delivered}))
    order by e.occurred_at, e.id limit 10000`);
  const now = ctx.clock();
  for (let start = 0; start < events.length; start += AT_ONCE) {
    const rows = events.slice(start, start + AT_ONCE).map((event) => ({
      id: ctx.newId(),
      endpointId: endpoint.id,
      eventId: event.id,
      state: "pending" as const,
      attempts: 0,
      dueAt: now,
      createdAt: now,
    }));
    await tx
      .insert(webhookDelivery)
      .values(rows)
      .onConflictDoUpdate({
        target: [webhookDelivery.endpointId, webhookDelivery.eventId],
        set: { state: "pending", attempts: 0, dueAt: now, deliveredAt: null },
      });
  }
  return events.length;
}

const AT_ONCE = 1_000;
