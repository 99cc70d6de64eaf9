import { err, ok, type Result } from "@ratebook/core";
import { recurringGrant } from "@ratebook/db/schema";
import { and, count, eq, isNotNull, isNull } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { listPlans, type Plan } from "./plans.ts";

/** Every plan, those that are not sold too, with how many customers it is renewed for; for operators. At most 200. */
export async function listAllPlans(
  ctx: Pick<Ctx, "db">,
  actor: Actor,
): Promise<Result<(Plan & { subscribers: number })[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const plans = await listPlans(ctx, { all: true });
  const running = await ctx.db
    .select({ planId: recurringGrant.planId, subscribers: count() })
    .from(recurringGrant)
    .where(
      and(
        isNotNull(recurringGrant.planId),
        eq(recurringGrant.active, true),
        isNull(recurringGrant.cancelledAt),
      ),
    )
    .groupBy(recurringGrant.planId);
  const of = new Map(running.map(({ planId, subscribers }) => [planId, subscribers]));
  return ok(plans.map((plan) => ({ ...plan, subscribers: of.get(plan.id) ?? 0 })));
}
