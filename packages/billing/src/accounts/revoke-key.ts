import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { and, eq, isNull } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { keyManagementDenied } from "./create-key.ts";
import { recordAudit } from "./record-audit.ts";

export type RevokeKeyError =
  | { kind: "access_denied"; message: string }
  | { kind: "key_not_found"; id: string };

/**
 * Revokes a key: the next request that shows it is refused. A key stays revoked; revoking it again answers the first
 * time and writes nothing.
 *
 * @returns `key_not_found` for another organization's key too, so that ids cannot be probed
 */
export async function revokeKey(
  ctx: Ctx,
  actor: Actor,
  input: { id: string },
): Promise<Result<{ id: string; revokedAt: Date }, RevokeKeyError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  return inTransaction(
    ctx.db,
    async (tx): Promise<Result<{ id: string; revokedAt: Date }, RevokeKeyError>> => {
      const mine = and(
        eq(apiKey.id, input.id),
        actor.kind === "member" ? eq(apiKey.customerId, actor.customerId) : undefined,
      );
      const revokedAt = ctx.clock();
      const [revoked] = await tx
        .update(apiKey)
        .set({ revokedAt })
        .where(and(mine, isNull(apiKey.revokedAt)))
        .returning({ id: apiKey.id, customerId: apiKey.customerId });
      if (revoked !== undefined) {
        const { id, customerId } = revoked;
        await recordAudit(ctx, tx, actor, { action: "api_key.revoke", subject: id, customerId });
        return ok({ id, revokedAt });
      }
      const [earlier] = await tx.select({ revokedAt: apiKey.revokedAt }).from(apiKey).where(mine);
      if (!earlier?.revokedAt) return err({ kind: "key_not_found", id: input.id });
      return ok({ id: input.id, revokedAt: earlier.revokedAt });
    },
  );
}
