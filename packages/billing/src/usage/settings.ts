import { z } from "zod";
import type { Ctx } from "../ctx.ts";

/** What is done with usage that has no price, by mode. */
export const UnratedPolicy = z.strictObject({
  gate: z.enum(["reject", "park", "conservative"]).default("reject"),
  record: z.enum(["reject", "park", "conservative"]).default("park"),
});
export type UnratedPolicy = z.infer<typeof UnratedPolicy>;

/** What a settle costs, by how the call ended. `reported`: what was reported. `held`: the whole hold. `nothing`: 0. */
const Cost = z.enum(["reported", "held", "nothing"]);

/** How a call ended, and what the operator takes for each ending. */
export const SettlePolicy = z.strictObject({
  completed: Cost.default("reported"),
  client_aborted: Cost.default("reported"),
  incomplete: Cost.default("reported"),
  timeout: Cost.default("reported"),
  upstream_error: Cost.default("nothing"),
  no_usage: Cost.default("nothing"),
});
export type SettlePolicy = z.infer<typeof SettlePolicy>;

/** How a call ended. */
export const OUTCOMES = [
  "completed",
  "client_aborted",
  "upstream_error",
  "timeout",
  "incomplete",
  "no_usage",
] as const satisfies readonly (keyof SettlePolicy)[];
export type Outcome = (typeof OUTCOMES)[number];

/** The operator's policies for usage without a price and for settled holds: the stored ones, else the defaults. */
export async function readUsagePolicies(
  ctx: Pick<Ctx, "sql">,
): Promise<{ unrated: UnratedPolicy; settle: SettlePolicy }> {
  const rows = await ctx.sql<{ name: string; value: unknown }[]>`
    select name, value from ratebook.setting where name in ('unrated_policy', 'settle_policy')`;
  const stored = new Map(rows.map(({ name, value }) => [name, value]));
  return {
    unrated: UnratedPolicy.parse(stored.get("unrated_policy") ?? {}),
    settle: SettlePolicy.parse(stored.get("settle_policy") ?? {}),
  };
}
