import type { Ctx } from "../ctx.ts";

/**
 * Forgets quotes that expired unused more than a day ago, and what holds were placed for once none of them can be
 * settled any more. Safe to run twice.
 */
export async function tidyUp(
  ctx: Pick<Ctx, "sql" | "clock">,
): Promise<{ quotes: number; holdRequests: number }> {
  const yesterday = new Date(ctx.clock().getTime() - 86_400_000);
  const gone = await ctx.sql`delete from ratebook.quote where used_by is null and expires_at < ${yesterday}`;
  // A hold lives a day at most and is settled late for seven more.
  const settled = new Date(ctx.clock().getTime() - 9 * 86_400_000);
  const requests = await ctx.sql`delete from ratebook.hold_request where created_at < ${settled}`;
  return { quotes: gone.count, holdRequests: requests.count };
}
