import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { announceEvent } from "./announce-event.ts";
import { lockEndpoint } from "./change-webhook-endpoint.ts";
import { type WebhookError, writableOwner } from "./webhook-owner.ts";

/** Sends one endpoint a test, whatever kinds it asked for; refused where it is disabled. Each call sends another. */
export async function sendTestEvent(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; id: string },
): Promise<Result<{ eventId: string }, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  return inTransaction(ctx.db, async (tx): Promise<Result<{ eventId: string }, WebhookError>> => {
    const endpoint = await lockEndpoint(tx, owner.value, input.id);
    if (endpoint === null) return err({ kind: "webhook_not_found", what: "endpoint", id: input.id });
    if (endpoint.state !== "active") {
      return err({ kind: "validation_error", field: "id", message: "is an endpoint that is disabled" });
    }
    const { eventId } = await announceEvent(ctx, tx, {
      key: `webhook-test:${ctx.newId()}`,
      kind: "webhook.test",
      customerId: owner.value.customerId,
      data: { message: "This is a test. If you can verify its signature, your endpoint works." },
      onlyEndpoint: input.id,
    });
    return ok({ eventId });
  });
}
