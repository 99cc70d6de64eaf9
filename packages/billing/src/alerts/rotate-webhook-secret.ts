import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { webhookEndpoint } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { lockEndpoint } from "./change-webhook-endpoint.ts";
import { type WebhookError, writableOwner } from "./webhook-owner.ts";
import { mintWebhookSecret, sealSecret } from "./webhook-secret.ts";

export type RotateWebhookSecretInput = {
  customer?: string | undefined;
  id: string;
  /** How long the secret until now signs too, in hours: 0 … 168, a day where absent. */
  overlapHours?: number | undefined;
};

/**
 * Gives an endpoint a new secret, shown here and nowhere else. Until the overlap ends every message carries a signature
 * by each of the two. Each call makes another secret; the one before the last ends at once.
 */
export async function rotateWebhookSecret(
  ctx: Ctx,
  actor: Actor,
  input: RotateWebhookSecretInput,
): Promise<Result<{ id: string; secret: string; previousSecretUntil: Date | null }, WebhookError>> {
  const owner = await writableOwner(ctx, actor, input.customer);
  if (!owner.ok) return owner;
  const hours = input.overlapHours ?? DEFAULT_OVERLAP_HOURS;
  if (!Number.isInteger(hours) || hours < 0 || hours > MOST_OVERLAP_HOURS) {
    const message = `must be a whole number from 0 to ${MOST_OVERLAP_HOURS}`;
    return err({ kind: "validation_error", field: "overlapHours", message });
  }
  const secret = mintWebhookSecret();
  const now = ctx.clock();
  const until = hours === 0 ? null : new Date(now.getTime() + hours * HOUR_MS);
  return inTransaction(ctx.db, async (tx) => {
    const before = await lockEndpoint(tx, owner.value, input.id);
    if (before === null) {
      return err({ kind: "webhook_not_found" as const, what: "endpoint" as const, id: input.id });
    }
    await tx
      .update(webhookEndpoint)
      .set({
        secret: sealSecret(ctx.secret, input.id, secret),
        previousSecret: until === null ? null : before.secret,
        previousUntil: until,
        updatedAt: now,
      })
      .where(eq(webhookEndpoint.id, input.id));
    await recordAudit(ctx, tx, actor, {
      action: "webhook_endpoint.rotate",
      subject: input.id,
      customerId: owner.value.customerId,
      after: { previousSecretUntil: until?.toISOString() ?? null },
    });
    return ok({ id: input.id, secret, previousSecretUntil: until });
  });
}

const DEFAULT_OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 168;
const HOUR_MS = 3_600_000;
