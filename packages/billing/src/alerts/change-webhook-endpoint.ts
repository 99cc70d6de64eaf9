import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { webhookEndpoint } from "@ratebook/db/schema";
import { and, eq, isNull, ne, sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import {
  checkedEvents,
  checkedUrl,
  type EndpointDetails,
  shownEndpoint,
  type WebhookEndpoint,
  type WebhookEndpointRow,
} from "./webhook-endpoint.ts";
import { type WebhookError, type WebhookOwner, writableOwner } from "./webhook-owner.ts";

export type ChangeWebhookEndpointInput = Omit<EndpointDetails, "url"> & {
  url?: string | undefined;
  customer?: string | undefined;
  id: string;
  /** `removed` is for good; its deliveries stay in the log. */
  state?: "active" | "disabled" | "removed" | undefined;
};

/**
 * Changes an endpoint; what is not named stays. Disabled, its deliveries wait; active again, they go on at once. Repeating
 * it changes nothing.
 */
export async function changeWebhookEndpoint(
  ctx: Ctx,
  actor: Actor,
  input: ChangeWebhookEndpointInput,
): Promise<Result<WebhookEndpoint, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const url = input.url === undefined ? ok(undefined) : checkedUrl(ctx, input.url);
  if (!url.ok) return url;
  const events = input.events === undefined ? ok(undefined) : checkedEvents(owner.value, input.events);
  if (!events.ok) return events;
  const now = ctx.clock();
  return inTransaction(ctx.db, async (tx): Promise<Result<WebhookEndpoint, WebhookError>> => {
    const before = await lockEndpoint(tx, owner.value, input.id);
    if (before === null) return err({ kind: "webhook_not_found", what: "endpoint", id: input.id });
    const state = input.state ?? before.state;
    const [after] = await tx
      .update(webhookEndpoint)
      .set({
        ...(url.value !== undefined && { url: url.value }),
        ...(events.value !== undefined && { events: events.value }),
        ...(input.description !== undefined && { description: input.description }),
        state,
        disabledBecause: state === "disabled" ? (before.disabledBecause ?? "by_hand") : null,
        // Whoever switches it on again gives it the whole time once more.
        failingSince: state === "active" && before.state !== "active" ? null : before.failingSince,
        updatedAt: now,
      })
      .where(eq(webhookEndpoint.id, input.id))
      .returning();
    if (after === undefined) throw new Error("a locked endpoint could not be written");
    await moveDeliveries(ctx, tx, before, after);
    await recordAudit(ctx, tx, actor, {
      action: "webhook_endpoint.update",
      subject: input.id,
      customerId: owner.value.customerId,
      before: noted(before),
      after: noted(after),
    });
    return ok(shownEndpoint(after, now));
  });
}

/** The endpoint of this owner, locked; null where it has none of that id. */
export async function lockEndpoint(
  tx: Transaction,
  { customerId }: WebhookOwner,
  id: string,
): Promise<WebhookEndpointRow | null> {
  const owned =
    customerId === null ? isNull(webhookEndpoint.customerId) : eq(webhookEndpoint.customerId, customerId);
  const [row] = await tx
    .select()
    .from(webhookEndpoint)
    .where(and(eq(webhookEndpoint.id, id), owned, ne(webhookEndpoint.state, "removed")))
    .for("update");
  return row ?? null;
}

/** What is under way waits while its endpoint is not active, and ends where the endpoint does. */
async function moveDeliveries(
  ctx: Pick<Ctx, "clock" | "jobs">,
  tx: Transaction,
  before: WebhookEndpointRow,
  after: WebhookEndpointRow,
): Promise<void> {
  if (before.state === after.state) return;
  const now = ctx.clock();
  const dueAt = after.state === "active" ? now.toISOString() : null;
  await tx.execute(sql`
    update ratebook.webhook_delivery
    set due_at = ${dueAt}::timestamptz, state = ${after.state === "removed" ? "failed" : "pending"}
    where endpoint_id = ${after.id}::uuid and state = 'pending'`);
  if (after.state !== "active") return;
  const job = opId("webhooks", `${after.id}:${now.toISOString()}`);
  await ctx.jobs.enqueueWithin(tx, "send-webhooks", job, {});
}

const noted = ({ url, events, state, description }: WebhookEndpointRow) => ({
  url,
  events,
  state,
  description,
});
