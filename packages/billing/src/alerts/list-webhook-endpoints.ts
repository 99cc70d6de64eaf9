import { ok, type Result } from "@ratebook/core";
import { webhookEndpoint } from "@ratebook/db/schema";
import { and, asc, eq, isNull, ne } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { shownEndpoint, type WebhookEndpoint } from "./webhook-endpoint.ts";
import { readableOwner, type WebhookError } from "./webhook-owner.ts";

/** An owner's endpoints, oldest first; there are at most 20. Operators who name no customer see the platform's. */
export async function listWebhookEndpoints(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<WebhookEndpoint[], WebhookError>> {
  const owner = await readableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const { customerId } = owner.value;
  const owned =
    customerId === null ? isNull(webhookEndpoint.customerId) : eq(webhookEndpoint.customerId, customerId);
  const rows = await ctx.db
    .select()
    .from(webhookEndpoint)
    .where(and(owned, ne(webhookEndpoint.state, "removed")))
    .orderBy(asc(webhookEndpoint.id))
    .limit(100);
  return ok(rows.map((row) => shownEndpoint(row, ctx.clock())));
}
