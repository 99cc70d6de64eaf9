import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import { acknowledgeIntent } from "./acknowledge-intent.ts";
import { alarmDeployments } from "./alarm-deployments.ts";
import { PATIENCE_MS } from "./patience.ts";

export type FollowedIntents = { acknowledged: number; alarmed: number };

/**
 * Takes the platform's 2xx to webhooks of open intents as its acknowledgement, at the instant it came; and alarms
 * operators, once, of an intent that is half an hour old and that nobody acknowledged, and of a deployment that was taken
 * on and not reported. Bounded, safe to run twice.
 */
export async function followIntents(
  ctx: Ctx,
  { limit = 200 }: { limit?: number } = {},
): Promise<FollowedIntents> {
  const answered = await ctx.sql<{ id: string; at: Date }[]>`
    select i.id, e.acknowledged_at as at from ratebook.resource_intent i
    join ratebook.webhook_event e on e.key = 'resource-intent:' || i.id
    where i.state <> 'acknowledged' and i.created_at > ${new Date(ctx.clock().getTime() - FOLLOWED_MS)}
      and e.acknowledged_at is not null
    order by i.created_at, i.id limit ${limit}`;
  for (const { id, at } of answered) await acknowledgeIntent(ctx, PLATFORM, { id, at });
  const alarmed = (await alarm(ctx, limit)) + (await alarmDeployments(ctx, { limit }));
  return { acknowledged: answered.length, alarmed };
}

type Silent = {
  id: string;
  action: string;
  resourceId: string;
  resource: string;
  customerId: string;
  customer: string;
  endpoints: number;
};

async function alarm(ctx: Ctx, limit: number): Promise<number> {
  const silent = await ctx.sql<Silent[]>`
    select i.id, i.action, i.resource_id as "resourceId", r.name as resource, i.customer_id as "customerId", c.name as customer,
      (select count(*)::int from ratebook.webhook_endpoint w
       where w.customer_id is null and w.state = 'active') as endpoints
    from ratebook.resource_intent i join ratebook.resource r on r.id = i.resource_id
    join ratebook.customer c on c.id = i.customer_id
    where i.state = 'open' and i.alarmed_at is null
      and i.created_at <= ${new Date(ctx.clock().getTime() - PATIENCE_MS)}
    order by i.created_at, i.id limit ${limit}`;
  const page = (path: string): string => new URL(path, ctx.publicUrl).href;
  for (const { id, action, resourceId, resource, customerId, customer, endpoints } of silent) {
    ctx.log.error(
      { intent: id, action, resourceId, customerId },
      "the platform does not carry out an intent",
    );
    const why =
      endpoints === 0
        ? "The platform has no webhook endpoint that listens."
        : "No endpoint of the platform has acknowledged it.";
    await mailOperators(ctx, {
      key: `resource-intent:${id}`,
      template: "resource_intent_unacknowledged",
      subject: `The platform has not carried out: ${action} ${resource}`,
      text: [
        `${why} Intent ${id} (${action} ${resource}, resource ${resourceId} of ${customer}) is sent until it is acknowledged.${WHAT_RUNS_ON[action] ?? ""}`,
        `See that the platform's webhooks work (${page("/webhooks")}), or carry it out by hand and say so in Infrastructure (${page("/infrastructure")}).`,
      ].join("\n\n"),
    });
    await ctx.sql`update ratebook.resource_intent set alarmed_at = ${ctx.clock()} where id = ${id}`;
  }
  return silent.length;
}

const WHAT_RUNS_ON: Record<string, string> = {
  stop: " What should be stopped runs on until then, and may be billed.",
  delete: " What was deleted runs on until then, and is billed to nobody.",
};

const PLATFORM = { kind: "system", name: "platform webhook" } as const;
/** A withdrawn stop may still be answered by a platform that had begun to carry it out. */
const FOLLOWED_MS = 35 * 86_400_000;
