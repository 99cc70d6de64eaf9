import type { Ctx } from "../ctx.ts";
import type { WebhookAnswer, WebhookTransport } from "../ports.ts";
import { recordWebhookTry } from "./record-webhook-try.ts";
import { openSecret } from "./webhook-secret.ts";

/** What sending works with. */
export type WebhookCtx = Pick<
  Ctx,
  "sql" | "db" | "clock" | "newId" | "secret" | "jobs" | "mailer" | "log" | "publicUrl"
>;

/**
 * Sends the webhooks that are due, several at once, those of endpoints that work before those of endpoints that fail.
 * Each is claimed before it is sent, so two processes do not send it at the same time; one whose process dies is tried
 * again two minutes later under the same message id.
 *
 * @returns how many were delivered and how many failed; `more` where the limit ended it
 */
export async function sendDueWebhooks(
  ctx: WebhookCtx,
  transport: WebhookTransport,
  { limit = 200, atOnce = 8 }: { limit?: number; atOnce?: number } = {},
): Promise<{ delivered: number; failed: number; more: boolean }> {
  const done = { delivered: 0, failed: 0 };
  let left = limit;
  let dry = false;
  const work = async (): Promise<void> => {
    while (!dry && left > 0) {
      left -= 1;
      const claimed = await claim(ctx);
      if (claimed === null) {
        dry = true;
        return;
      }
      const started = performance.now();
      const answer = await send(ctx, transport, claimed);
      const tookMs = Math.trunc(performance.now() - started);
      const delivered = await recordWebhookTry(ctx, { ...claimed, answer, tookMs });
      done[delivered ? "delivered" : "failed"] += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { ...done, more: !dry };
}

/** A delivery that one process is at work on. */
export type ClaimedWebhook = {
  deliveryId: string;
  endpointId: string;
  eventId: string;
  /** This try is the n-th. */
  attempts: number;
  url: string;
  body: string;
  customerId: string | null;
  mustAcknowledge: boolean;
  secret: string;
  previousSecret: string | null;
};

/** Takes the next due delivery and leaves nobody else a chance at it for as long as a try may take. */
async function claim(ctx: Pick<Ctx, "sql" | "clock">): Promise<ClaimedWebhook | null> {
  const now = ctx.clock();
  const [row] = await ctx.sql<ClaimedWebhook[]>`
    with due as (
      select d.id from ratebook.webhook_delivery d
      join ratebook.webhook_endpoint w on w.id = d.endpoint_id
      where d.due_at <= ${now} and w.state = 'active'
      order by w.failing_since is not null, d.due_at, d.id
      limit 1 for update of d skip locked)
    update ratebook.webhook_delivery d
    set attempts = d.attempts + 1, due_at = ${new Date(now.getTime() + LEASE_MS)}
    from due, ratebook.webhook_endpoint w, ratebook.webhook_event e
    where d.id = due.id and w.id = d.endpoint_id and e.id = d.event_id
    returning d.id as "deliveryId", w.id as "endpointId", e.id as "eventId", d.attempts, w.url, e.body,
      w.customer_id as "customerId", e.must_acknowledge as "mustAcknowledge", w.secret,
      case when w.previous_until > ${now} then w.previous_secret end as "previousSecret"`;
  return row ?? null;
}

async function send(
  ctx: WebhookCtx,
  transport: WebhookTransport,
  { endpointId, eventId, url, body, secret, previousSecret }: ClaimedWebhook,
): Promise<WebhookAnswer> {
  const newest = openSecret(ctx.secret, endpointId, secret);
  if (newest === null) {
    return {
      kind: "unreachable",
      message: "The signing secret was sealed under another RATEBOOK_SECRET: rotate it.",
    };
  }
  const earlier = previousSecret === null ? null : openSecret(ctx.secret, endpointId, previousSecret);
  const secrets = earlier === null ? [newest] : [newest, earlier];
  return transport.deliver({ url, id: eventId, at: ctx.clock(), body, secrets });
}

const LEASE_MS = 120_000;
