import type { Dimension, Granularity, TimeRange, UsageFilters } from "@ratebook/billing";
import { z } from "zod";
import { ExternalId, plainText } from "./text.ts";

// Spelled out, so that pages in a browser do not load the billing package; the types keep both lists alike.
export const USAGE_DIMENSIONS = [
  "model",
  "provider",
  "modality",
  "billing",
  "customer",
  "agent",
  "app",
  "key",
  "member",
  "tag",
] as const satisfies readonly Dimension[];
export const USAGE_GRANULARITIES = ["hour", "day", "week", "month"] as const satisfies readonly Granularity[];

/** The dimension that each word of `type` is about. */
export const EXPORT_TYPE_WORDS = {
  models: "model",
  providers: "provider",
  modalities: "modality",
  customers: "customer",
  users: "member",
  agents: "agent",
  apps: "app",
  keys: "key",
  tags: "tag",
} as const satisfies Record<string, Dimension>;

/** A value, or empty text for usage that names none. */
const Value = plainText(300).optional();
export const UsageFiltersInput = z.strictObject({
  model: Value,
  provider: Value,
  modality: Value,
  billing: Value,
  customer: Value,
  agent: Value,
  app: Value,
  key: Value,
  member: Value,
  tag: Value,
} satisfies { [dimension in keyof UsageFilters]: z.ZodType });

const PLAUSIBLE = { from: new Date("2000-01-01T00:00:00Z"), to: new Date("2200-01-01T00:00:00Z") };
const At = z.date().min(PLAUSIBLE.from).max(PLAUSIBLE.to);

const Day = z.iso
  .date()
  .refine((day) => day >= "2000-01-01" && day <= "2200-01-01", "must be between the years 2000 and 2200");

export const ExploreUsageInput = z.strictObject({
  customer: ExternalId.optional(),
  /** An instant, or a day of the zone; a day as the end is included. */
  from: z.union([At, Day]),
  to: z.union([At, Day]),
  granularity: z.enum(USAGE_GRANULARITIES),
  groupBy: z.enum(USAGE_DIMENSIONS),
  filters: UsageFiltersInput.default({}),
  zone: z.enum(["utc", "organization"]).default("utc"),
  limit: z.int().min(1).max(200).default(50),
});

const timeRanges = ["daily", "weekly", "monthly"] as const satisfies readonly TimeRange[];
export const UsageOverviewQuery = z.strictObject({
  timeRange: z
    .enum(timeRanges)
    .default("daily")
    .meta({ description: "Today, or the last 7 or 30 days with today; days are UTC" }),
});
export const ShadowReportInput = z.strictObject({
  customer: ExternalId.optional(),
  from: At.optional(),
  to: At.optional(),
});
const Instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .pipe(At);
export const ShadowReportQuery = z.strictObject({
  from: Instant.optional().meta({ description: "By occurredAt. Default: 30 days before `to`" }),
  to: Instant.optional().meta({ description: "Not included. Default: the end of today, UTC" }),
});

export const UsageOverviewInput = z.strictObject({
  customer: ExternalId.optional(),
  ...UsageOverviewQuery.shape,
});

export const ExportUsageInput = ExploreUsageInput.omit({ limit: true, groupBy: true }).extend({
  from: z.union([At, Day]).optional(),
  to: z.union([At, Day]).optional(),
  format: z.enum(["csv", "json"]),
  type: z.enum(["timeseries", "events", ...USAGE_DIMENSIONS]),
  groupBy: z.enum(USAGE_DIMENSIONS).optional(),
});

const NO_MOMENT = { error: "must be a day such as 2026-11-22, or an instant such as 2026-11-22T00:00:00Z" };
const Moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], NO_MOMENT).refine((text) => {
  const at = new Date(text);
  return at >= PLAUSIBLE.from && at <= PLAUSIBLE.to;
}, "must be between the years 2000 and 2200");
const words = Object.keys(EXPORT_TYPE_WORDS) as (keyof typeof EXPORT_TYPE_WORDS)[];
export const UsageExportQuery = z.strictObject({
  format: z.enum(["csv", "json"]).default("csv"),
  type: z
    .enum(["timeseries", "events", ...words])
    .default("timeseries")
    .meta({ description: "A row a period, an event, or a model, user, agent …" }),
  groupBy: z
    .enum(USAGE_DIMENSIONS)
    .optional()
    .meta({ description: "Of a time series: a row for each value too" }),
  startDate: Moment.optional().meta({
    description:
      "A day of the zone, or an instant of a whole quarter of an hour. Default: 29 days before endDate",
    example: "2026-11-01",
  }),
  endDate: Moment.optional().meta({
    description: "A day of the zone, included, or an instant, excluded. Default: today",
    example: "2026-11-30",
  }),
  granularity: z.enum(USAGE_GRANULARITIES).default("day"),
  zone: z
    .enum(["utc", "organization"])
    .default("utc")
    .meta({ description: "Whose days a time series has: UTC's, or those of the organization's time zone" }),
  customer: ExternalId.optional().meta({ description: "As the header X-Customer, for links" }),
  ...UsageFiltersInput.omit({ customer: true }).shape,
});
