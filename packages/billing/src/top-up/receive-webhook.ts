import { err, ok, type Result } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { passFailpoint } from "./failpoint.ts";
import { requireRail } from "./payer.ts";
import type { PaymentsNotConfigured } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";
import type { RailEvent, WebhookRefusal } from "./rail-event.ts";

export type ReceivedWebhook = { eventId: string; type: string; seen: "first" | "before" };

/**
 * Takes a webhook: checks who sent it and when, keeps it once by its id, and hands it to a job. Answers as soon as it is
 * kept; what it means is found out later, and the sweeper picks up what no job got.
 */
export async function receiveWebhook(
  ctx: Ctx,
  webhook: { body: Uint8Array | string; signature: string | null },
): Promise<Result<ReceivedWebhook, WebhookRefusal | PaymentsNotConfigured>> {
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const event = await rail.value.parseWebhook({ ...webhook, now: ctx.clock() });
  if (!event.ok) return event;
  // A test event must never settle a live order, nor the other way round.
  if (event.value.live !== rail.value.live) {
    return err({ kind: "webhook_malformed", message: "This event belongs to the other mode." });
  }
  const first = await keepEvent(ctx, rail.value, event.value);
  passFailpoint(ctx, "webhook.kept");
  const { id: eventId, type } = event.value;
  await ctx.jobs.enqueue("payment-event", opId("payment-event", `${rail.value.name}:${eventId}`), {
    gateway: rail.value.name,
    eventId,
  });
  passFailpoint(ctx, "webhook.enqueued");
  return ok({ eventId, type, seen: first ? "first" : "before" });
}

/** Keeps an event; false where it is there already. */
export async function keepEvent(ctx: Ctx, rail: PaymentRail, event: RailEvent): Promise<boolean> {
  const { id, type, live, createdAt, ...fact } = event;
  const kept = await ctx.sql`
    insert into ratebook.payment_event (gateway, event_id, type, live, fact, occurred_at, received_at)
    values (${rail.name}, ${id}, ${type}, ${live}, ${JSON.stringify(fact)}::text::jsonb, ${createdAt}, ${ctx.clock()})
    on conflict do nothing returning event_id`;
  return kept.length > 0;
}
