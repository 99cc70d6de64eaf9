import type { Ctx } from "../ctx.ts";
import { waiting } from "./list-waiting-deployments.ts";
import { PATIENCE_MS } from "./patience.ts";

/** What the platform has left without an answer for more than half an hour. */
export type Overdue = { intents: number; deployments: number };

/** Counts it, for the metrics; a person finds it in Infrastructure. */
export async function readOverdue(ctx: Pick<Ctx, "sql" | "clock">): Promise<Overdue> {
  const since = new Date(ctx.clock().getTime() - PATIENCE_MS);
  const [row] = await ctx.sql<Overdue[]>`
    select (select count(*)::int from ratebook.resource_intent where state = 'open' and created_at <= ${since}) as intents,
      (select count(*)::int from (${waiting(ctx)}) w) as deployments`;
  return row ?? { intents: 0, deployments: 0 };
}
