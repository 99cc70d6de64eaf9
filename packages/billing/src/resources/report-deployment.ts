import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { resource } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { returnFee } from "./deployment-fee.ts";
import { findOwnResource, isPlatform, lockResource, type NamedResource } from "./find-resource.ts";
import { acknowledgeOpen, cancelIntents } from "./intents.ts";
import { type Resource, type ResourceError, type ResourceRow, wrongState } from "./resource.ts";
import { weightOf } from "./resource-size.ts";
import { openRun } from "./runs.ts";
import { showResource } from "./show-resources.ts";
import { watchCustomer } from "./watch-runways.ts";

export type ReportedDeployment = { resource: Resource; creditsReturned: Nanos };

/**
 * The platform's word on a deployment: it runs, and is billed from now on; or it failed, and its fee goes back.
 *
 * Only the platform may say so, because it moves money. Repeating it changes nothing. Something started again that
 * fails is stopped as before: its one fee was for a deployment that worked.
 */
export async function reportDeployment(
  ctx: Ctx,
  actor: Actor,
  input: NamedResource & { outcome: "deployed" | "failed" },
): Promise<Result<ReportedDeployment, ResourceError>> {
  if (!isPlatform(actor)) {
    return err({
      kind: "access_denied",
      message: "Only the platform's service, with the scope usage:any, may report a deployment.",
    });
  }
  const found = await findOwnResource(ctx, actor, input);
  if (!found.ok) return found;
  const done = await inTransaction(ctx.db, async (tx): Promise<Result<Nanos, ResourceError>> => {
    const row = await lockResource(tx, found.value.id);
    return input.outcome === "deployed" ? deployed(ctx, tx, actor, row) : failed(ctx, tx, actor, row);
  });
  if (!done.ok) return done;
  // What runs from now on shortens the runway, maybe to less than the notice.
  if (input.outcome === "deployed") await watchCustomer(ctx, found.value.customerId);
  const after = await findOwnResource(ctx, actor, { id: input.id, customer: found.value.customerId });
  return after.ok
    ? ok({ resource: await showResource(ctx, after.value), creditsReturned: done.value })
    : after;
}

/** It runs from then on, and is billed. */
export async function markRunning(tx: Transaction, row: ResourceRow, at: Date): Promise<void> {
  await openRun(tx, row, weightOf(row), at);
  await tx
    .update(resource)
    .set({ state: "running", stopCause: null, deployedAt: row.deployedAt ?? at })
    .where(eq(resource.id, row.id));
}

async function deployed(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  row: ResourceRow,
): Promise<Result<Nanos, ResourceError>> {
  if (row.state === "running") return ok(nanos(0n));
  if (row.state !== "deploying")
    return wrongState(row, `It is ${row.state}, so it cannot have been deployed.`);
  await markRunning(tx, row, ctx.clock());
  await acknowledgeOpen(tx, row.id, ["deploy", "start"], ctx.clock());
  await audit(ctx, tx, actor, row, "resource.deployed");
  return ok(nanos(0n));
}

async function failed(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  row: ResourceRow,
): Promise<Result<Nanos, ResourceError>> {
  if (row.state === "failed") return ok(nanos(0n));
  if (row.state !== "deploying")
    return wrongState(row, `It is ${row.state}, so no deployment can have failed.`);
  const now = ctx.clock();
  await cancelIntents(tx, row.id, now);
  await audit(ctx, tx, actor, row, "resource.failed");
  if (row.deployedAt !== null) {
    await tx.update(resource).set({ state: "stopped", stopCause: "customer" }).where(eq(resource.id, row.id));
    return ok(nanos(0n));
  }
  await tx.update(resource).set({ state: "failed", endedAt: now }).where(eq(resource.id, row.id));
  return ok(await returnFee(ctx, tx, row));
}

const audit = (ctx: Ctx, tx: Transaction, actor: Actor, row: ResourceRow, action: string) =>
  recordAudit(ctx, tx, actor, { action, subject: row.id, customerId: row.customerId });
