import { overview, readiness, TICKS, tick } from "@ratebook/billing";
import { z } from "zod";
import { unwrap } from "../failures.ts";
import { operatorProcedure, publicProcedure, router, scopedProcedure } from "../trpc.ts";

export const opsRouter = router({
  /** What the operator sees first. */
  overview: operatorProcedure.query(async ({ ctx }) => unwrap(await overview(ctx.billing, ctx.actor))),
  /** Whether this process can serve. */
  readiness: publicProcedure.query(({ ctx }) => readiness(ctx.billing)),
  /** Starts the work of one slot of a schedule, once. */
  tick: scopedProcedure("clock:tick")
    .input(z.strictObject({ name: z.enum(TICKS), slot: z.date() }))
    .mutation(async ({ ctx, input }) => unwrap(await tick(ctx.billing, ctx.actor, input))),
});
