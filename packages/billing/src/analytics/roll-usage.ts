import type { Ctx } from "../ctx.ts";

/**
 * Adds entries that are not in the usage rollups yet, each exactly once, wherever and however often it runs.
 *
 * The watermark is each wallet's own seq, which has no gaps: an event that is late, or whose transaction commits after
 * a later one's, is met when its entry is. Reads add what is not rolled yet, so nobody waits for this.
 *
 * @param entries about how many entries one transaction takes
 * @returns how many entries were passed; 0 where nothing is left
 */
export async function rollUsage(ctx: Pick<Ctx, "sql">, { entries }: { entries: number }): Promise<bigint> {
  const [row] = await ctx.sql<{ passed: bigint }[]>`select ratebook.roll_usage(${entries}) as passed`;
  return row?.passed ?? 0n;
}
