import { err, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { apiKey } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { lockKey } from "./change-key.ts";
import { type CreatedKey, keyManagementDenied } from "./create-key.ts";
import { hashKeyText, keyMarks, mintKeyText } from "./key-text.ts";
import { recordAudit } from "./record-audit.ts";
import type { RevokeKeyError } from "./revoke-key.ts";

export type RotateKeyInput = {
  id: string;
  /** How long the text until now opens the key too, in hours: 0 … 168, a day where absent. */
  overlapHours?: number | undefined;
};

export type KeyChangeError = RevokeKeyError | { kind: "validation_error"; field: string; message: string };

/** The same key under another text, which is given once; the one before works until `previousUntil`, null: no longer. */
export type RotatedKey = CreatedKey & { previousUntil: Date | null };

/**
 * Gives a key another text. Its id, scopes, limits and budget stay, so what it has spent stays too. Each call makes
 * another text; the one before the last stops at once. A revoked or expired key is not rotated.
 */
export async function rotateKey(
  ctx: Ctx,
  actor: Actor,
  { id, overlapHours = DEFAULT_OVERLAP_HOURS }: RotateKeyInput,
): Promise<Result<RotatedKey, KeyChangeError>> {
  const denied = keyManagementDenied(actor);
  if (denied !== null) return err(denied);
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > MOST_OVERLAP_HOURS) {
    const message = `must be a whole number from 0 to ${MOST_OVERLAP_HOURS}`;
    return err({ kind: "validation_error", field: "overlapHours", message });
  }
  const key = mintKeyText();
  const marks = keyMarks(key);
  const now = ctx.clock();
  const previousUntil = overlapHours === 0 ? null : new Date(now.getTime() + overlapHours * HOUR_MS);
  return inTransaction(ctx.db, async (tx): Promise<Result<RotatedKey, KeyChangeError>> => {
    const before = await lockKey(tx, actor, id, now);
    if (before === null) return err({ kind: "key_not_found", id });
    await tx
      .update(apiKey)
      .set({
        hash: hashKeyText(key),
        ...marks,
        previousHash: previousUntil === null ? null : before.hash,
        previousUntil,
      })
      .where(eq(apiKey.id, id));
    const { customerId } = before;
    await recordAudit(ctx, tx, actor, {
      action: "api_key.rotate",
      subject: id,
      customerId,
      before: { prefix: before.prefix, lastFour: before.lastFour },
      after: { ...marks, previousUntil: previousUntil?.toISOString() ?? null },
    });
    return ok({ id, key, ...marks, previousUntil });
  });
}

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;
const MOST_OVERLAP_HOURS = 168;
