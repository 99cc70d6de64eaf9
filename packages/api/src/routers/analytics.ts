import { exploreUsage, exportUsage, shadowReport, usageOverview } from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import {
  ExploreUsageInput,
  ExportUsageInput,
  ShadowReportInput,
  UsageOverviewInput,
} from "../inputs/analytics.ts";
import { actorProcedure, router } from "../trpc.ts";

export const analyticsRouter = router({
  explore: actorProcedure
    .input(ExploreUsageInput)
    .query(async ({ ctx, input }) => unwrap(await exploreUsage(ctx.billing, ctx.actor, input))),
  overview: actorProcedure
    .input(UsageOverviewInput)
    .query(async ({ ctx, input }) => unwrap(await usageOverview(ctx.billing, ctx.actor, input))),
  shadow: actorProcedure
    .input(ShadowReportInput)
    .query(async ({ ctx, input }) => unwrap(await shadowReport(ctx.billing, ctx.actor, input))),
  /** A document to be read as it is made: for callers in this process. Browsers download `/api/analytics/export`. */
  export: actorProcedure
    .input(ExportUsageInput)
    .query(async ({ ctx, input }) => unwrap(await exportUsage(ctx.billing, ctx.actor, input))),
});
