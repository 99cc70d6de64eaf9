import { err, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource, resourceIntent } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { withdrawEvents } from "../alerts/withdraw-event.ts";
import type { Ctx } from "../ctx.ts";
import { isPlatform, lockResource } from "./find-resource.ts";
import { cancelIntents, eventKey, type IntentRow } from "./intents.ts";
import type { ResourceError, ResourceRow } from "./resource.ts";
import { closeRun } from "./runs.ts";
import { askToStart } from "./start-resource.ts";
import { watchCustomer } from "./watch-runways.ts";

export type AcknowledgedIntent = {
  id: string;
  status: "acknowledged" | "replayed";
  /** A stop that was withdrawn before the platform carried it out: the resource is started again. */
  startsAgain: boolean;
};

/**
 * The platform's word that it takes an intent on: a stop, a deletion or a new size is carried out then, and a stop for
 * want of credits ends the bill. A deployment or a start is billed only once the platform reports that it runs.
 * Repeating it changes nothing.
 *
 * A stop that a top-up had withdrawn, and that was carried out all the same, is made good: the resource is billed no
 * more, and the platform is asked to start it again.
 *
 * @param input.at when it was carried out, where that was earlier than now
 */
export async function acknowledgeIntent(
  ctx: Ctx,
  actor: Actor,
  { id, at }: { id: string; at?: Date },
): Promise<Result<AcknowledgedIntent, ResourceError>> {
  if (!isPlatform(actor)) {
    return err({
      kind: "access_denied",
      message: "Only the platform's service, with the scope usage:any, may acknowledge an intent.",
    });
  }
  const [found] = await ctx.db.select().from(resourceIntent).where(eq(resourceIntent.id, id));
  if (found === undefined) return err({ kind: "resource_intent_not_found", id });
  const done = await inTransaction(ctx.db, async (tx) => {
    const row = await lockResource(tx, found.resourceId);
    const [intent] = await tx.select().from(resourceIntent).where(eq(resourceIntent.id, id)).for("update");
    if (intent === undefined || intent.state === "acknowledged") {
      return ok({ id, status: "replayed" as const, startsAgain: false });
    }
    const now = ctx.clock();
    await tx
      .update(resourceIntent)
      .set({ state: "acknowledged", endedAt: now })
      .where(eq(resourceIntent.id, id));
    await withdrawEvents(tx, [eventKey(id)]);
    const startsAgain = await carriedOut(ctx, tx, row, intent, at ?? now);
    await recordAudit(ctx, tx, actor, {
      action: `resource.${intent.action}.acknowledge`,
      subject: row.id,
      customerId: row.customerId,
      after: { intent: id, cause: intent.cause },
    });
    return ok({ id, status: "acknowledged" as const, startsAgain });
  });
  await watchCustomer(ctx, found.customerId);
  return done;
}

async function carriedOut(
  ctx: Ctx,
  tx: Transaction,
  row: ResourceRow,
  intent: IntentRow,
  at: Date,
): Promise<boolean> {
  const withdrawn = intent.state === "cancelled";
  if (intent.action !== "stop" || intent.cause !== "credits" || row.state !== "running") return false;
  await closeRun(tx, row, at);
  await tx.update(resource).set({ state: "stopped", stopCause: "credits" }).where(eq(resource.id, row.id));
  if (!withdrawn) return false;
  await cancelIntents(tx, row.id, ctx.clock());
  await askToStart(ctx, tx, { ...row, state: "stopped", stopCause: "credits" });
  return true;
}
