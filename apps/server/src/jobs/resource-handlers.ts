import { billResourceDays, type Ctx, followIntents, watchRunways } from "@ratebook/billing";
import type { JobHandlers } from "./job-runner.ts";

/** Work on what is billed by the day. */
export type ResourceJob = "bill-resources" | "watch-runways";

/** The jobs of resources, in bounded steps. Each may run twice, late, and on several servers. */
export function createResourceHandlers(ctx: Ctx): { [name in ResourceJob]: JobHandlers[string] } {
  return {
    "bill-resources": async () => {
      const total = { billed: 0, parked: 0, idle: 0, postponed: 0 };
      let failures: Error[] = [];
      for (let due = true; due; ) {
        const step = await billResourceDays(ctx, { limit: STEP });
        total.billed += step.billed;
        total.parked += step.parked;
        total.idle += step.idle;
        total.postponed += step.postponed;
        // What failed once fails in every step.
        failures = step.failures;
        // Until nothing is: a resource has one day in a step, and may have several to catch up.
        due = step.billed + step.parked + step.idle > 0;
      }
      if (total.billed + total.parked > 0) ctx.log.info(total, "days of resources were billed");
      // What the ledger could not take stays due for the next slot.
      if (total.parked + total.postponed > 0) ctx.log.warn(total, "not every day of a resource was debited");
      if (failures.length > 0) {
        throw new AggregateError(failures, `${failures.length} days of resources could not be billed`);
      }
    },
    "watch-runways": async () => {
      await followIntents(ctx);
      let after: string | null = null;
      do {
        const step = await watchRunways(ctx, { after });
        const { customers: _customers, next, ...done } = step;
        if (Object.values(done).some((count) => count > 0)) ctx.log.info(done, "shutdown notices moved on");
        after = next;
      } while (after !== null);
    },
  };
}

const STEP = 2_000;
