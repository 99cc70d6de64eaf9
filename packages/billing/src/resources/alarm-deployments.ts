import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import { type WaitingDeployment, waiting } from "./list-waiting-deployments.ts";

/**
 * Tells operators, once each, of deployments that the platform took on more than half an hour ago and has not reported
 * since. One that it never took on is told as the intent it is.
 *
 * @returns how many were told now
 */
export async function alarmDeployments(
  ctx: Pick<Ctx, "sql" | "clock" | "log" | "mailer" | "publicUrl">,
  { limit = 200 }: { limit?: number } = {},
): Promise<number> {
  const silent = await ctx.sql<WaitingDeployment[]>`
    select w.*, c.name as customer from (${waiting(ctx)}) w join ratebook.customer c on c.id = w."customerId"
    where w."takenOn" and (w."alarmedAt" is null or w."alarmedAt" < w.since) order by w.since, w.id limit ${limit}`;
  for (const { id, name, customerId, customer, since } of silent) {
    ctx.log.error({ resource: id, customerId }, "the platform does not say what became of a deployment");
    await mailOperators(ctx, {
      key: `deployment:${id}:${since.getTime()}`,
      template: "deployment_unreported",
      subject: `What became of the deployment of ${name}?`,
      text: [
        `The platform was asked to deploy ${name} (resource ${id} of ${customer}) at ${since.toISOString()} and has said neither that it runs nor that it failed. Until it does, no day of it is billed.`,
        `Look at the platform, then say what became of it in Infrastructure (${new URL("/infrastructure", ctx.publicUrl).href}), or have the platform report it: PATCH /api/v1/containers/${id} with {"status":"running"} or {"status":"failed"}. A deployment that failed gets its fee back.`,
      ].join("\n\n"),
    });
    await ctx.sql`update ratebook.resource set alarmed_at = ${ctx.clock()} where id = ${id}`;
  }
  return silent.length;
}
