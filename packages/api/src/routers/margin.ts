import { importUpstream, listUpstream, marginReport } from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { ImportUpstreamInput, MarginReportInput } from "../inputs/margin.ts";
import { operatorProcedure, router } from "../trpc.ts";

export const marginRouter = router({
  report: operatorProcedure
    .input(MarginReportInput)
    .query(async ({ ctx, input }) => unwrap(await marginReport(ctx.billing, ctx.actor, input))),
  /** Documents that were imported, and how each provider's are read. */
  upstream: operatorProcedure.query(async ({ ctx }) => unwrap(await listUpstream(ctx.billing, ctx.actor))),
  importUpstream: operatorProcedure
    .input(ImportUpstreamInput)
    .mutation(async ({ ctx, input }) => unwrap(await importUpstream(ctx.billing, ctx.actor, input))),
});
