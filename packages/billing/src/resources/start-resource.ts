import { err, must, ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { resource } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readStanding } from "../usage/get-balance.ts";
import { refusalOf } from "../usage/refusal.ts";
import { changeResource } from "./change-resource.ts";
import { isPlatform, type NamedResource } from "./find-resource.ts";
import { cancelIntents, issueIntent } from "./intents.ts";
import { readKinds } from "./kinds.ts";
import { priceDay } from "./price-resource.ts";
import { markRunning } from "./report-deployment.ts";
import {
  type Resource,
  type ResourceError,
  type ResourceRow,
  refuseMeasured,
  wrongState,
} from "./resource.ts";
import { weightOf } from "./resource-size.ts";

/**
 * Starts again what was stopped; no fee. Where the platform does it itself it is billed from now on, else from when the
 * platform says that it runs.
 *
 * @returns `insufficient_credits` where the wallet does not hold a day of it, `suspended` and `debt_outstanding` as gates do,
 *   `unrated` where a day of it has no price
 */
export async function startResource(
  ctx: Ctx,
  actor: Actor,
  input: NamedResource,
): Promise<Result<Resource, ResourceError>> {
  return changeResource(ctx, actor, input, "resource.start", async (tx, row) => {
    const refused = refuseMeasured(row);
    if (refused) return refused;
    if (row.state === "running" || row.state === "deploying") return ok(null);
    if (row.state !== "stopped") return wrongState(row, `It is ${row.state}, so it cannot be started.`);
    const payable = await checkPayable(ctx, row);
    if (!payable.ok) return payable;
    await cancelIntents(tx, row.id, ctx.clock());
    if (isPlatform(actor) && actor.kind === "service") await markRunning(tx, row, ctx.clock());
    else await askToStart(ctx, tx, row);
    return ok({});
  });
}

/** Has the platform start it; it is billed once that says it runs. */
export async function askToStart(ctx: Ctx, tx: Transaction, row: ResourceRow): Promise<void> {
  await tx.update(resource).set({ state: "deploying", stopCause: null }).where(eq(resource.id, row.id));
  await issueIntent(ctx, tx, row, "start");
}

async function checkPayable(ctx: Ctx, row: ResourceRow): Promise<Result<null, ResourceError>> {
  const kind = must((await readKinds(ctx)).get(row.kind), `resource kind ${row.kind} is configured`);
  const [standing, day] = await Promise.all([
    readStanding(ctx, row.customerId),
    priceDay(ctx, kind, weightOf(row), row.customerId),
  ]);
  const wallet = { ...standing, opId: row.id };
  if (standing.status === "suspended") {
    const because = standing.debt > standing.debtCap ? "debt" : "operator";
    return err(refusalOf(ctx, { ...wallet, kind: "suspended", because }, row.customerId));
  }
  if (standing.debt > 0n) return err(refusalOf(ctx, { ...wallet, kind: "debt_outstanding" }, row.customerId));
  if (!day.ok) return day;
  return standing.available < day.value
    ? err(refusalOf(ctx, { ...wallet, kind: "insufficient", required: day.value }, row.customerId))
    : ok(null);
}
