import { type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { resource } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { billDueDays } from "./bill-due-days.ts";
import { changeResource } from "./change-resource.ts";
import { findOwnResource, type NamedResource } from "./find-resource.ts";
import { cancelIntents, issueIntent } from "./intents.ts";
import { type Resource, type ResourceError, wrongState } from "./resource.ts";
import { closeRun } from "./runs.ts";
import { showResource } from "./show-resources.ts";

export type DeletedResource = {
  resource: Resource;
  /** What its days that were not billed yet came to, today's included. */
  finalBill: Nanos;
  /** Days of it that the ledger could not take just now; they are billed shortly. */
  billPending: boolean;
};

/**
 * Deletes a resource and writes its final bill: days that were not billed yet, and today until now. The platform is told
 * until it acknowledges. Repeating it changes nothing.
 */
export async function deleteResource(
  ctx: Ctx,
  actor: Actor,
  input: NamedResource,
): Promise<Result<DeletedResource, ResourceError>> {
  const deleted = await changeResource(ctx, actor, input, "resource.delete", async (tx, row) => {
    if (row.state === "deleted") return ok(null);
    if (row.state === "failed") return wrongState(row, "Its deployment failed: there is nothing to delete.");
    const now = ctx.clock();
    const endedAt = row.state === "running" ? await closeRun(tx, row, now) : now;
    // A clock that was set back may delete it before the day that is due next: that one never came.
    const isOver = row.nextDay !== null && new Date(`${row.nextDay}T00:00:00Z`) >= endedAt;
    await tx
      .update(resource)
      .set({ state: "deleted", endedAt, ...(isOver && { nextDay: null }) })
      .where(eq(resource.id, row.id));
    await cancelIntents(tx, row.id, now);
    if (actor.kind !== "service" && row.kind !== "storage") await issueIntent(ctx, tx, row, "delete");
    return ok({});
  });
  if (!deleted.ok) return deleted;
  const { id, customerId } = deleted.value;
  const { postponed, failures } = await billDueDays(ctx, { ids: [id] });
  const [failure] = failures;
  if (failure !== undefined) throw failure.error;
  const after = await findOwnResource(ctx, actor, { id, customer: customerId });
  if (!after.ok) return after;
  return ok({
    resource: await showResource(ctx, after.value),
    finalBill: await billedSince(ctx, id, deleted.value.endedAt ?? ctx.clock()),
    billPending: postponed > 0,
  });
}

/** What was billed of it at its deletion: a repeat tells the same. */
async function billedSince({ sql }: Pick<Ctx, "sql">, id: string, endedAt: Date): Promise<Nanos> {
  const [row] = await sql<{ amount: bigint }[]>`
    select coalesce(sum(amount_nanos), 0)::int8 as amount from ratebook.resource_day
    where resource_id = ${id} and billed_at >= ${endedAt}`;
  return nanos(row?.amount ?? 0n);
}
