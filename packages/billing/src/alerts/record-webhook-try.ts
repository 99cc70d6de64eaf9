import { inTransaction, type Transaction } from "@ratebook/db";
import { webhookAttempt, webhookDelivery, webhookEndpoint } from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import { mailOperators } from "../ops/mail-operators.ts";
import type { WebhookAnswer } from "../ports.ts";
import { announceEvent } from "./announce-event.ts";
import type { ClaimedWebhook, WebhookCtx } from "./send-due-webhooks.ts";
import { failedTooLong, waitAfter } from "./webhook-schedule.ts";

/** A try and what came of it. */
type WebhookTry = ClaimedWebhook & { answer: WebhookAnswer; tookMs: number };

/**
 * Writes a try into the delivery's log and decides what follows: done, tried again later, given up, or, for an endpoint
 * that has failed for five days or answered 410, disabled with an alarm to operators and to its owner.
 *
 * @returns whether it was delivered
 */
export async function recordWebhookTry(ctx: WebhookCtx, it: WebhookTry): Promise<boolean> {
  const delivered = it.answer.kind === "answered" && it.answer.status >= 200 && it.answer.status < 300;
  const disabled = await inTransaction(ctx.db, async (tx) => {
    await tx.insert(webhookAttempt).values({
      id: ctx.newId(),
      deliveryId: it.deliveryId,
      at: ctx.clock(),
      tookMs: it.tookMs,
      ...(it.answer.kind === "answered"
        ? { status: it.answer.status, excerpt: it.answer.excerpt }
        : { error: it.answer.message.slice(0, 500) }),
    });
    if (delivered) {
      await succeed(ctx, tx, it);
      return null;
    }
    return fail(ctx, tx, it);
  });
  if (disabled !== null) await alarm(ctx, it, disabled);
  return delivered;
}

async function succeed(ctx: WebhookCtx, tx: Transaction, it: WebhookTry): Promise<void> {
  const now = ctx.clock();
  await tx
    .update(webhookDelivery)
    .set({ state: "delivered", dueAt: null, deliveredAt: now })
    .where(eq(webhookDelivery.id, it.deliveryId));
  await tx
    .update(webhookEndpoint)
    .set({ failingSince: null, lastSuccessAt: now })
    .where(eq(webhookEndpoint.id, it.endpointId));
  if (it.customerId !== null) return;
  await tx.execute(sql`
    update ratebook.webhook_event set acknowledged_at = ${now.toISOString()}::timestamptz
    where id = ${it.eventId}::uuid and acknowledged_at is null`);
}

type Disabled = { reason: "failing" | "gone"; since: Date };

async function fail(ctx: WebhookCtx, tx: Transaction, it: WebhookTry): Promise<Disabled | null> {
  const now = ctx.clock();
  const [endpoint] = await tx
    .update(webhookEndpoint)
    .set({ failingSince: sql`coalesce(failing_since, ${now.toISOString()}::timestamptz)` })
    .where(and(eq(webhookEndpoint.id, it.endpointId), eq(webhookEndpoint.state, "active")))
    .returning({ failingSince: webhookEndpoint.failingSince });
  const since = endpoint?.failingSince ?? null;
  const gone = it.answer.kind === "answered" && it.answer.status === 410;
  const disable = since !== null && (gone || failedTooLong(since, now));
  const wait = waitAfter(it.attempts, it.mustAcknowledge);
  const asked = it.answer.kind === "answered" ? (it.answer.retryAfterSeconds ?? 0) * 1000 : 0;
  const pause = wait === null ? null : Math.max(wait, Math.min(asked, LONGEST_ASKED_MS));
  // No row: it was replayed, disabled or delivered by another try meanwhile, and that decides.
  await tx
    .update(webhookDelivery)
    .set(
      pause === null
        ? { state: "failed", dueAt: null }
        : { dueAt: endpoint === undefined ? null : new Date(now.getTime() + pause) },
    )
    .where(
      and(
        eq(webhookDelivery.id, it.deliveryId),
        eq(webhookDelivery.state, "pending"),
        eq(webhookDelivery.attempts, it.attempts),
      ),
    );
  if (!disable) return null;
  const reason = gone ? "gone" : "failing";
  await tx
    .update(webhookEndpoint)
    .set({ state: "disabled", disabledBecause: reason, updatedAt: now })
    .where(eq(webhookEndpoint.id, it.endpointId));
  await tx
    .update(webhookDelivery)
    .set({ dueAt: null })
    .where(and(eq(webhookDelivery.endpointId, it.endpointId), eq(webhookDelivery.state, "pending")));
  await announceEvent(ctx, tx, {
    key: alarmKey(it.endpointId, since),
    kind: "webhook.endpoint_disabled",
    customerId: it.customerId,
    data: { endpointId: it.endpointId, url: it.url, reason },
  });
  return { reason, since };
}

/** Tells operators, and the owner where it has an address; once for each time an endpoint is disabled. */
async function alarm(ctx: WebhookCtx, it: WebhookTry, { reason, since }: Disabled): Promise<void> {
  ctx.log.warn({ endpointId: it.endpointId, reason }, "a webhook endpoint was disabled");
  const host = new URL(it.url).host;
  const why =
    reason === "gone"
      ? "it answered 410, which says that it is gone"
      : `every delivery has failed since ${since.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const key = alarmKey(it.endpointId, since);
  const template = "webhook_endpoint_disabled";
  const subject = `The webhook endpoint at ${host} is disabled`;
  const text = `Webhooks to ${it.url} are no longer sent: ${why}. What was announced meanwhile is kept for 30 days. Mend the endpoint, switch it on again and replay what it missed: ${ctx.publicUrl}/webhooks`;
  await mailOperators(ctx, { key, template, subject, text });
  if (it.customerId === null) return;
  const [owner] = await ctx.sql<{ email: string | null }[]>`
    select email from ratebook.customer where id = ${it.customerId}`;
  if (owner?.email == null) return;
  await ctx.mailer.send({ key: `${key}:owner`, to: owner.email, template, subject, text });
}

const alarmKey = (endpointId: string, since: Date): string =>
  `webhook-disabled:${endpointId}:${since.toISOString()}`;

const LONGEST_ASKED_MS = 3_600_000;
