import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readMoment } from "../read-moment.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type ChangedDay, changedDays } from "./changed-days.ts";
import type { Dimension, UsageFilters } from "./dimension.ts";
import { labelsOf } from "./dimension-labels.ts";
import { intervalBefore } from "./interval-before.ts";
import { resolveInterval } from "./resolve-interval.ts";
import { surveyUsage } from "./survey-usage.ts";
import { usageReader } from "./usage-reader.ts";
import { isQuarter } from "./usage-source.ts";
import { noSums, sumsOf, type UsageSums } from "./usage-sums.ts";
import { zonePeriods } from "./zone-periods.ts";

export const GRANULARITIES = ["hour", "day", "week", "month"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

export type ExploreUsageInput = {
  /** Operators may leave it out and see every customer's. */
  customer?: string | undefined;
  /** Half-open, in whole quarters of an hour; days (`2026-11-22`) are the zone's, and the last one is included. */
  from: Date | string;
  to: Date | string;
  granularity: Granularity;
  groupBy: Dimension;
  filters: UsageFilters;
  /** Whose hours and days: UTC's, or those of the organization's time zone. */
  zone: "utc" | "organization";
  /** Rows of the table. */
  limit: number;
};

/** One value of what usage is grouped by. */
export type UsageGroupRow = {
  key: string;
  /** What people call it; the key where it has no name. */
  label: string;
  sums: UsageSums;
  /** Of the period of the same length before. */
  previous: UsageSums;
};

/** One hour, day, week or month. */
export type UsagePeriod = {
  start: Date;
  amount: Nanos;
  requests: number;
  bills: number;
  /** Of both, those that wait for a price. */
  parked: number;
  /** Of the greatest groups, in the order of `charted`; what is left is of all others, unless groups overlap. */
  parts: Nanos[];
  /** Of the period that stands at the same place before. */
  previous: Nanos;
};

export type ExploredUsage = {
  customerId: string | null;
  from: Date;
  to: Date;
  previousFrom: Date;
  /** IANA name of the zone that hours and days are of. */
  timeZone: string;
  totals: UsageSums;
  previous: UsageSums;
  series: UsagePeriod[];
  /** Keys of the groups that `parts` are of. */
  charted: string[];
  rows: UsageGroupRow[];
  /** Whether usage can be in several groups (tags), so that rows may add up to more than the total, which is exact. */
  overlaps: boolean;
  /** Usage that is in no row; null where there is none. */
  rest: UsageSums | null;
  /** What people call the values that are filtered by, and the customer where one is named; only where they have names. */
  names: UsageFilters;
  /** Closed UTC days of the interval that changed later; of one customer only. */
  changed: ChangedDay[];
  asOf: Date;
};

export type ExploreUsageError = ResolveCustomerError | InvalidField;

/**
 * Adds usage up for a chart and a table, with the interval of the same length before, at one moment of the database.
 *
 * `validation_error`: an interval that is empty, not in whole quarters of an hour or of too many periods; a grouping or
 * filter that belongs to one customer where none is named. What the operator pays is shown to operators only.
 */
export async function exploreUsage(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: ExploreUsageInput,
): Promise<Result<ExploredUsage, ExploreUsageError>> {
  const { granularity, groupBy, filters } = input;
  const reader = await usageReader(ctx, actor, input.customer, [groupBy, ...filteredBy(filters)]);
  if (!reader.ok) return reader;
  const { customerId, seesCosts } = reader.value;
  const timeZone = input.zone === "organization" ? reader.value.timeZone : "UTC";
  const { from, to } = await resolveInterval(ctx, input, timeZone);
  const invalid = intervalRefusal({ from, to, granularity });
  if (invalid !== null) return err(invalid);
  const before = await intervalBefore(ctx, { from, to }, timeZone);
  const periods = {
    before: await zonePeriods(ctx, before, granularity, timeZone),
    now: await zonePeriods(ctx, { from, to }, granularity, timeZone),
  };
  const scope = {
    customerId,
    from: before.from,
    to,
    filters,
    dimensions: [groupBy],
    utcDays: granularity !== "hour" && timeZone === "UTC",
    ...(granularity !== "hour" && { cuts: [...periods.before, ...periods.now].map((period) => period.from) }),
  };
  const question = { periods, groupBy, limit: input.limit };
  // One connection, so one statement after the other.
  const read = await readMoment(ctx, async (sql) => {
    const survey = await surveyUsage(sql, scope, question);
    const keys = survey.groups.map(({ key }) => key);
    return {
      survey,
      labels: await labelsOf(sql, groupBy, customerId, keys),
      names: await namesOf(sql, customerId, filters),
      changed: customerId === null ? [] : await changedDays(sql, customerId, from, to),
    };
  });
  const { groups, rest, charted, ...all } = read.survey;
  return ok({
    customerId,
    from,
    to,
    previousFrom: before.from,
    timeZone,
    totals: sumsOf(all.totals, seesCosts),
    previous: sumsOf(all.previous, seesCosts),
    series: read.survey.periods,
    charted,
    rows: groups.map(({ key, sums, previous }) => ({
      key,
      label: read.labels.get(key) ?? key,
      sums: sumsOf(sums, seesCosts),
      previous: previous === null ? noSums(seesCosts) : sumsOf(previous, seesCosts),
    })),
    overlaps: groupBy === "tag",
    rest: rest === null ? null : sumsOf(rest, seesCosts),
    names: read.names,
    changed: read.changed,
    asOf: ctx.clock(),
  });
}

const filteredBy = (filters: UsageFilters): Dimension[] =>
  (Object.keys(filters) as Dimension[]).filter((dimension) => filters[dimension] !== undefined);

async function namesOf(sql: Sql, customerId: string | null, filters: UsageFilters): Promise<UsageFilters> {
  const asked = { ...filters, ...(customerId !== null && { customer: customerId }) };
  const names: { [dimension in Dimension]?: string } = {};
  for (const dimension of filteredBy(asked)) {
    const key = asked[dimension] ?? "";
    const name = (await labelsOf(sql, dimension, customerId, [key])).get(key);
    if (name !== undefined) names[dimension] = name;
  }
  return names;
}

/** What is wrong with an interval, or null. */
export function intervalRefusal({
  from,
  to,
  granularity,
}: {
  from: Date;
  to: Date;
  granularity: Granularity;
}): InvalidField | null {
  const refuse = (field: string, message: string) => ({ kind: "validation_error" as const, field, message });
  if (from >= to) return refuse("from", "must be before to");
  if (!isQuarter(from)) return refuse("from", "must be a whole quarter of an hour");
  if (!isQuarter(to)) return refuse("to", "must be a whole quarter of an hour");
  const periods = Math.ceil((to.getTime() - from.getTime()) / LENGTH_MS[granularity]);
  if (periods <= PERIODS_MAX) return null;
  return refuse(
    "granularity",
    `makes ${periods} periods of this interval, more than ${PERIODS_MAX}; take a coarser one`,
  );
}

const PERIODS_MAX = 1_000;
const HOUR_MS = 3_600_000;
const LENGTH_MS: { readonly [granularity in Granularity]: number } = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 28 * 24 * HOUR_MS,
};
