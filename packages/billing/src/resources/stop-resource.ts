import { ok, type Result } from "@ratebook/core";
import { resource } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { changeResource } from "./change-resource.ts";
import type { NamedResource } from "./find-resource.ts";
import { cancelIntents, issueIntent } from "./intents.ts";
import { type Resource, type ResourceError, refuseMeasured, wrongState } from "./resource.ts";
import { closeRun } from "./runs.ts";

/**
 * Stops what runs, at the customer's own wish: nothing after now is billed, and the platform is told until it
 * acknowledges. What is stopped already stays so.
 */
export async function stopResource(
  ctx: Ctx,
  actor: Actor,
  input: NamedResource,
): Promise<Result<Resource, ResourceError>> {
  return changeResource(ctx, actor, input, "resource.stop", async (tx, row) => {
    const refused = refuseMeasured(row);
    if (refused) return refused;
    if (row.state === "stopped") return ok(null);
    if (row.state !== "running") return wrongState(row, `It is ${row.state}, so it cannot be stopped.`);
    const now = ctx.clock();
    await closeRun(tx, row, now);
    await tx.update(resource).set({ state: "stopped", stopCause: "customer" }).where(eq(resource.id, row.id));
    await cancelIntents(tx, row.id, now);
    if (actor.kind !== "service") await issueIntent(ctx, tx, row, "stop");
    return ok({});
  });
}
