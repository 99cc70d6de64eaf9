import type { ShadowRow } from "@ratebook/billing";
import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import {
  EXPORT_TYPE_WORDS,
  ShadowReportQuery,
  UsageExportQuery,
  UsageOverviewQuery,
} from "../../inputs/analytics.ts";
import { exactNumber } from "../exact-number.ts";
import { inTheirWords } from "../in-their-words.ts";
import { usdNumber, usdText } from "../money-schema.ts";
import { route } from "../route.ts";
import { streamOf } from "../stream-of.ts";

const shadowSums = z.object({
  events: z.int(),
  amount: usdText,
  platformAmount: usdText,
  compared: z.int().meta({ description: "Events with a price of ours and an amount of the platform's" }),
  comparedAmount: usdText,
  comparedPlatformAmount: usdText,
  difference: usdText,
  unrated: z.record(z.string(), z.int()).meta({ description: "Events without a price, by reason" }),
});

export const analyticsRoutes = [
  route({
    method: "get",
    path: "/api/v1/usage/shadow",
    operationId: "shadowReport",
    tag: "Usage",
    summary: "What shadow events would have cost beside what the platform took",
    description:
      "By offering, the greatest differences first. `difference` is ours less the platform's, over the events that have both.",
    auth: "key",
    query: ShadowReportQuery,
    noStore: true,
    responses: {
      200: {
        description: "At most 1,000 offerings; the total is of all",
        schema: z.object({
          success: z.literal(true),
          from: z.iso.datetime(),
          to: z.iso.datetime(),
          models: z.array(shadowSums.extend({ offering: z.string() })),
          total: shadowSums,
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const { from, to, rows, total } = await caller.analytics.shadow({ ...query, customer });
      const models = rows.map(({ offering, ...sums }) => ({ offering, ...wireSums(sums) }));
      return { status: 200, body: { success: true, from, to, models, total: wireSums(total) } };
    },
  }),
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
      "The last line (`total` in JSON) is the ledger's own sum over the same usage and the moment that all of it is of: what is recorded later is in neither. A download whose rows do not add up to it breaks off instead of ending. " +
      "By tag, usage with several tags is in the row of each, and a line before the last takes out again what is counted more than once. " +
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
          total: z.object({
            perLedger: z.string(),
            asOf: z.iso.datetime(),
            countedUnderSeveralTags: z
              .string()
              .optional()
              .meta({ description: "By tag: what rows count more than once, below zero" }),
          }),
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
      const it = await inTheirWords(
        (field) => ({ from: "startDate", to: "endDate" })[field] ?? field,
        () =>
          caller.analytics.export({
            customer: customer ?? named,
            format,
            type: type === "timeseries" || type === "events" ? type : EXPORT_TYPE_WORDS[type],
            granularity,
            zone,
            filters,
            ...(startDate !== undefined && { from: dayOrInstant(startDate) }),
            ...(endDate !== undefined && { to: dayOrInstant(endDate) }),
            ...(groupBy !== undefined && { groupBy }),
          }),
      );
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

const wireSums = (sums: Omit<ShadowRow, "offering">): Record<string, unknown> => ({
  ...sums,
  amount: formatUsd(sums.amount),
  platformAmount: formatUsd(sums.platformAmount),
  comparedAmount: formatUsd(sums.comparedAmount),
  comparedPlatformAmount: formatUsd(sums.comparedPlatformAmount),
  difference: formatUsd(sums.difference),
});
const dayOrInstant = (text: string): string | Date => (text.includes("T") ? new Date(text) : text);
