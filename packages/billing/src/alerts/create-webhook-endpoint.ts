import { err, must, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { webhookDelivery, webhookEndpoint } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import {
  checkedEvents,
  checkedUrl,
  type EndpointDetails,
  shownEndpoint,
  type WebhookEndpoint,
  type WebhookEndpointRow,
} from "./webhook-endpoint.ts";
import { type WebhookError, type WebhookOwner, writableOwner } from "./webhook-owner.ts";
import { mintWebhookSecret, sealSecret } from "./webhook-secret.ts";

export type CreateWebhookEndpointInput = EndpointDetails & { customer?: string | undefined };

/**
 * Creates an endpoint and its secret, which is shown here and nowhere else. Each call makes another one, at most 20 an
 * owner. A new endpoint of the platform also gets the events that still wait for an acknowledgement.
 */
export async function createWebhookEndpoint(
  ctx: Ctx,
  actor: Actor,
  input: CreateWebhookEndpointInput,
): Promise<Result<WebhookEndpoint & { secret: string }, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const url = checkedUrl(ctx, input.url);
  if (!url.ok) return url;
  const events = checkedEvents(owner.value, input.events ?? []);
  if (!events.ok) return events;
  const id = ctx.newId();
  const secret = mintWebhookSecret();
  const now = ctx.clock();
  return inTransaction(
    ctx.db,
    async (tx): Promise<Result<WebhookEndpoint & { secret: string }, WebhookError>> => {
      if (!(await hasRoom(tx, owner.value))) {
        return err({
          kind: "validation_error",
          field: "url",
          message: `there are ${MOST_ENDPOINTS} endpoints already`,
        });
      }
      const [row] = await tx
        .insert(webhookEndpoint)
        .values({
          id,
          customerId: owner.value.customerId,
          url: url.value,
          description: input.description ?? "",
          events: events.value,
          state: "active",
          secret: sealSecret(ctx.secret, id, secret),
          createdAt: now,
          updatedAt: now,
        })
        .returning();
      const made = must(row, "an insert gives its row");
      await deliverWaiting(ctx, tx, made);
      await recordAudit(ctx, tx, actor, {
        action: "webhook_endpoint.create",
        subject: id,
        customerId: owner.value.customerId,
        after: { url: made.url, events: made.events },
      });
      return ok({ ...shownEndpoint(made, now), secret });
    },
  );
}

/** Whether an owner may have one more; two at once count one after the other. */
async function hasRoom(tx: Transaction, { customerId }: WebhookOwner): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks:${customerId}`}, 0))`);
  const [row] = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from ratebook.webhook_endpoint
    where customer_id is not distinct from ${customerId}::uuid and state <> 'removed'`);
  return must(row, "a count gives a row").n < MOST_ENDPOINTS;
}

/** Events that are repeated until they are acknowledged reach whoever comes to listen. */
async function deliverWaiting(
  ctx: Pick<Ctx, "clock" | "newId" | "jobs">,
  tx: Transaction,
  { id, customerId, events }: WebhookEndpointRow,
): Promise<void> {
  if (customerId !== null) return;
  const waiting = await tx.execute<{ id: string; kind: string }>(sql`
    select id, kind from ratebook.webhook_event
    where must_acknowledge and acknowledged_at is null order by occurred_at limit 1000`);
  const wanted = waiting.filter(({ kind }) => events.length === 0 || events.includes(kind));
  if (wanted.length === 0) return;
  const now = ctx.clock();
  await tx.insert(webhookDelivery).values(
    wanted.map((event) => ({
      id: ctx.newId(),
      endpointId: id,
      eventId: event.id,
      state: "pending" as const,
      attempts: 0,
      dueAt: now,
      createdAt: now,
    })),
  );
  await ctx.jobs.enqueueWithin(tx, "send-webhooks", id, {});
}

const MOST_ENDPOINTS = 20;
