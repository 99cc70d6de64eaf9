import { billDueDays, type Ctx, followIntents, watchRunways } from "@ratebook/billing";
import type { JobHandlers } from "./job-runner.ts";

/** Work on what is billed by the day. */
export type ResourceJob = "bill-resources" | "watch-runways";

/** The jobs of resources, in bounded steps. Each may run twice, late, and on several servers. */
export function createResourceHandlers(ctx: Ctx): { [name in ResourceJob]: JobHandlers[string] } {
  return {
    "bill-resources": async () => {
      const { failures, ...total } = await billDueDays(ctx);
      if (total.billed + total.parked > 0) ctx.log.info(total, "days of resources were billed");
      // What the ledger could not take stays due for the next slot.
      if (total.parked + total.postponed > 0) ctx.log.warn(total, "not every day of a resource was debited");
      if (failures.length > 0) {
        const told = failures.slice(0, FAILURES_TOLD).map(({ error }) => error);
        throw new AggregateError(told, `${failures.length} resources could not be billed`);
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

/** A bug of one kind is the same in every resource; a job's error is kept whole. */
const FAILURES_TOLD = 20;
