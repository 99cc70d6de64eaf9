import type { Ctx } from "../ctx.ts";

/**
 * Forgets quotes that expired unused more than a day ago, what holds were placed for once none of them can be settled
 * any more, events with their deliveries after 30 days, except those that still wait, portal visits after as long, and
 * lines of downloads that were not read to their end.
 * Safe to run twice.
 */
export async function tidyUp(
  ctx: Pick<Ctx, "sql" | "clock">,
): Promise<{ quotes: number; holdRequests: number; events: number }> {
  const yesterday = new Date(ctx.clock().getTime() - 86_400_000);
  const gone = await ctx.sql`delete from ratebook.quote where used_by is null and expires_at < ${yesterday}`;
  // A hold lives a day at most and is settled late for seven more.
  const settled = new Date(ctx.clock().getTime() - 9 * 86_400_000);
  const requests = await ctx.sql`delete from ratebook.hold_request where created_at < ${settled}`;
  const events = await forgetEvents(ctx);
  // A visit lasts an hour; who made it stays in the audit log.
  const visited = new Date(ctx.clock().getTime() - 30 * 86_400_000);
  await ctx.sql`delete from ratebook.portal_session where created_at < ${visited}`;
  await ctx.sql`delete from ratebook.usage_export_line where made_at < ${yesterday}`;
  return { quotes: gone.count, holdRequests: requests.count, events };
}

async function forgetEvents(ctx: Pick<Ctx, "sql" | "clock">): Promise<number> {
  const before = new Date(ctx.clock().getTime() - 30 * 86_400_000);
  return ctx.sql.begin(async (tx) => {
    await tx`
      delete from ratebook.webhook_delivery d using ratebook.webhook_event e
      where e.id = d.event_id and e.occurred_at < ${before} and d.state <> 'pending'`;
    // Tries go with the time, also those of deliveries that are replayed for months.
    await tx`delete from ratebook.webhook_attempt where at < ${before}`;
    const gone = await tx`
      delete from ratebook.webhook_event e
      where e.occurred_at < ${before} and (not e.must_acknowledge or e.acknowledged_at is not null)
        and not exists (select 1 from ratebook.webhook_delivery d where d.event_id = e.id)`;
    return gone.count;
  });
}
