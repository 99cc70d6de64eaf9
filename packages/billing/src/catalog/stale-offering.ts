import type { Ctx } from "../ctx.ts";
import { freshnessBySource } from "./priced-model.ts";
import { staleBecause } from "./staleness.ts";

/** Why the prices an offering is billed by now are stale, in one sentence; null where they are not. */
export async function staleOffering(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  offering: string,
): Promise<string | null> {
  const now = ctx.clock();
  const [priced, freshness] = await Promise.all([ctx.catalogue.at(offering, now), freshnessBySource(ctx)]);
  return staleBecause(priced?.offering.rates ?? [], ctx.catalogue.describe(offering), freshness, now);
}
