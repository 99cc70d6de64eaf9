import type { Ctx } from "../ctx.ts";
import { mailOperators } from "../ops/mail-operators.ts";
import { acknowledgeIntent } from "./acknowledge-intent.ts";

export type FollowedIntents = { acknowledged: number; alarmed: number };

/**
 * Takes the platform's 2xx to webhooks of open intents as its acknowledgement, at the instant it came; and alarms
 * operators, once, of an intent that is half an hour old and that nobody acknowledged. Bounded, safe to run twice.
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
  return { acknowledged: answered.length, alarmed: await alarm(ctx, limit) };
}

type Silent = { id: string; action: string; resourceId: string; customerId: string; endpoints: number };

async function alarm(ctx: Ctx, limit: number): Promise<number> {
  const silent = await ctx.sql<Silent[]>`
    select i.id, i.action, i.resource_id as "resourceId", i.customer_id as "customerId",
      (select count(*)::int from ratebook.webhook_endpoint w
       where w.customer_id is null and w.state = 'active') as endpoints
    from ratebook.resource_intent i
    where i.state = 'open' and i.alarmed_at is null
      and i.created_at <= ${new Date(ctx.clock().getTime() - SILENT_MS)}
    order by i.created_at, i.id limit ${limit}`;
  for (const { id, action, resourceId, customerId, endpoints } of silent) {
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
      subject: `The platform has not carried out: ${action} ${resourceId}`,
      text: `${why} Intent ${id} (${action}) for a resource of customer ${customerId} is sent until it is acknowledged; see Infrastructure in the admin.`,
    });
    await ctx.sql`update ratebook.resource_intent set alarmed_at = ${ctx.clock()} where id = ${id}`;
  }
  return silent.length;
}

const PLATFORM = { kind: "system", name: "platform webhook" } as const;
const SILENT_MS = 30 * 60_000;
/** A withdrawn stop may still be answered by a platform that had begun to carry it out. */
const FOLLOWED_MS = 35 * 86_400_000;
