import { type BilledDays, type BillingCtx, billResourceDays } from "./bill-resource-days.ts";

/**
 * Bills every day that is due, a bounded step after the other: a resource has one day in a step, and may have several to
 * catch up. A resource whose day fails is left out of the steps that follow, so that it keeps no other waiting.
 *
 * @param limit resources of a step
 * @param ids of these resources only
 * @returns the counts of all steps; `postponed` of the last one, because what the ledger could not take is met again
 */
export async function billDueDays(
  ctx: BillingCtx,
  { limit = STEP, ids }: { limit?: number; ids?: readonly string[] } = {},
): Promise<BilledDays> {
  const total: BilledDays = { billed: 0, parked: 0, idle: 0, postponed: 0, failures: [] };
  for (let moved = true; moved; ) {
    const except = total.failures.map(({ id }) => id);
    const step = await billResourceDays(ctx, { limit, except, ...(ids !== undefined && { ids }) });
    total.billed += step.billed;
    total.parked += step.parked;
    total.idle += step.idle;
    total.postponed = step.postponed;
    total.failures.push(...step.failures);
    moved = step.billed + step.parked + step.idle + step.failures.length > 0;
  }
  return total;
}

const STEP = 2_000;
