import { z } from "zod";
import { EXPORT_TYPE_WORDS, UsageExportQuery, UsageOverviewQuery } from "../../inputs/analytics.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber } from "../money-schema.ts";
import { route } from "../route.ts";
import { streamOf } from "../stream-of.ts";

export const analyticsRoutes = [
  route({
    method: "get",
    path: "/api/analytics/overview",
    operationId: "usageOverview",
    tag: "Usage",
    summary: "Requests, tokens and cost of today, a week or a month",
    description:
      "`weekly` and `monthly` are the last 7 and 30 UTC days, today included. Costs are what was debited less what was given back; averages are rounded half-even.",
    auth: "key",
    query: UsageOverviewQuery,
    noStore: true,
    responses: {
      200: {
        description: "Current to the last debit",
        schema: z.object({
          success: z.literal(true),
          data: z.looseObject({
            totalRequests: z.int(),
            successfulRequests: z
              .int()
              .meta({ description: "Calls that did not end in another way than completed" }),
            failedRequests: z.int(),
            successRate: z.number().nullable().meta({ description: "Percent; null without requests" }),
            totalCost: usdNumber,
            avgCostPerRequest: usdNumber,
            avgTokensPerRequest: z.int(),
            totalTokens: z.int(),
            dailyBurn: usdNumber,
            periodStart: z.iso.datetime(),
            periodEnd: z.iso.datetime(),
          }),
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const it = await caller.analytics.overview({ ...query, customer });
      const data = {
        totalRequests: it.sums.requests,
        successfulRequests: it.successful,
        failedRequests: it.sums.failed,
        successRate: it.successBp === null ? null : it.successBp / 100,
        totalCost: exactNumber(it.sums.amount),
        avgCostPerRequest: exactNumber(it.averageCost),
        avgTokensPerRequest: Number(it.averageTokens),
        totalTokens: Number(it.sums.tokens),
        dailyBurn: exactNumber(it.dailyBurn),
        timeRange: query.timeRange,
        timeZone: "UTC",
        periodStart: it.periodStart,
        periodEnd: it.periodEnd,
      };
      return { status: 200, body: { success: true, data } };
    },
  }),
  route({
    method: "get",
    path: "/api/analytics/export",
    operationId: "exportUsage",
    tag: "Usage",
    summary: "Download usage as CSV or JSON, streamed",
    description:
      "The last line (`total` in JSON) is the ledger's own sum over the same usage; a download whose rows do not add up to it breaks off instead of ending. " +
      "Corrections count when they were posted and name the event they correct. Text that a spreadsheet would run as a formula gets an apostrophe in front.",
    auth: "key",
    query: UsageExportQuery,
    noStore: true,
    responses: {
      200: {
        description: "CSV, or this for `format=json`",
        schema: z.looseObject({
          success: z.literal(true),
          rows: z.array(z.record(z.string(), z.unknown())),
          total: z.object({ perLedger: z.string() }),
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const {
        format,
        type,
        groupBy,
        startDate,
        endDate,
        granularity,
        zone,
        customer: named,
        ...filters
      } = query;
      const it = await caller.analytics.export({
        customer: customer ?? named,
        format,
        type: type === "timeseries" || type === "events" ? type : EXPORT_TYPE_WORDS[type],
        granularity,
        zone,
        filters,
        ...(startDate !== undefined && { from: new Date(startDate) }),
        ...(endDate !== undefined && {
          to: isDay(endDate) ? dayAfter(new Date(endDate)) : new Date(endDate),
        }),
        ...(groupBy !== undefined && { groupBy }),
      });
      return {
        status: 200,
        body: streamOf(it.chunks),
        headers: {
          "content-type": it.contentType,
          // Made of our own words and digits, so the name needs no escape.
          "content-disposition": `attachment; filename="${it.name}"`,
        },
      };
    },
  }),
];

const isDay = (text: string): boolean => !text.includes("T");

const dayAfter = (at: Date): Date =>
  new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1));
