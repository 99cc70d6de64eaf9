import { ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { findOwnResource, lockResource, type NamedResource } from "./find-resource.ts";
import type { Resource, ResourceError, ResourceRow } from "./resource.ts";
import { showResource } from "./show-resources.ts";
import { watchCustomer } from "./watch-runways.ts";

/** What a change of one resource does under its lock; `null` where there is nothing to change. */
export type Change = (
  tx: Transaction,
  row: ResourceRow,
) => Promise<
  Result<{ before?: Record<string, unknown>; after?: Record<string, unknown> } | null, ResourceError>
>;

/**
 * Finds a resource the actor may change, changes it under its lock with a word in the audit log, and looks at its
 * customer's runway, which the change may have lengthened or shortened.
 */
export async function changeResource(
  ctx: Ctx,
  actor: Actor,
  named: NamedResource,
  action: string,
  change: Change,
): Promise<Result<Resource, ResourceError>> {
  const found = await findOwnResource(ctx, actor, named);
  if (!found.ok) return found;
  const { id, customerId } = found.value;
  const done = await inTransaction(ctx.db, async (tx): Promise<Result<null, ResourceError>> => {
    const changed = await change(tx, await lockResource(tx, id));
    if (!changed.ok) return changed;
    if (changed.value !== null) {
      await recordAudit(ctx, tx, actor, { action, subject: id, customerId, ...changed.value });
    }
    return ok(null);
  });
  if (!done.ok) return done;
  await watchCustomer(ctx, customerId);
  const after = await findOwnResource(ctx, actor, { id, customer: customerId });
  return after.ok ? ok(await showResource(ctx, after.value)) : after;
}
