import type { Ctx } from "../ctx.ts";

/** What did not reach anybody and is not tried any more, and endpoints that are told nothing because they failed. */
export type Undelivered = { mails: number; webhooks: number; endpoints: number };

/** Counts what was given up, for the metrics; a person finds it in the rooms Mail and Webhooks. */
export async function readUndelivered(ctx: Pick<Ctx, "sql">): Promise<Undelivered> {
  const [row] = await ctx.sql<Undelivered[]>`
    select
      (select count(*)::int from ratebook.mail where state = 'failed' and due_at is null) as mails,
      (select count(*)::int from ratebook.webhook_delivery d join ratebook.webhook_endpoint w on w.id = d.endpoint_id
       where d.state = 'failed' and w.state <> 'removed') as webhooks,
      (select count(*)::int from ratebook.webhook_endpoint where disabled_because in ('failing', 'gone')) as endpoints`;
  return row ?? { mails: 0, webhooks: 0, endpoints: 0 };
}
