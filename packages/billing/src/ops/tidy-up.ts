import type { Ctx } from "../ctx.ts";

/** Forgets quotes that expired unused more than a day ago. Safe to run twice. */
export async function tidyUp(ctx: Pick<Ctx, "sql" | "clock">): Promise<{ quotes: number }> {
  const yesterday = new Date(ctx.clock().getTime() - 86_400_000);
  const gone = await ctx.sql`delete from ratebook.quote where used_by is null and expires_at < ${yesterday}`;
  return { quotes: gone.count };
}
