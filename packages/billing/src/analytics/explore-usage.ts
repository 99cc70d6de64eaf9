import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type ChangedDay, changedDays } from "./changed-days.ts";
import { DIMENSION_SQL, type Dimension, type UsageFilters } from "./dimension.ts";
import { labelsOf } from "./dimension-labels.ts";
import { readMoment } from "./read-moment.ts";
import { resolveInterval } from "./resolve-interval.ts";
import { usageReader } from "./usage-reader.ts";
import { isQuarter, type UsageScope, usageFrom } from "./usage-source.ts";
import { lessSums, noSums, SUMS_SQL, type SumsRow, sumsOf, type UsageSums } from "./usage-sums.ts";

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
  /** Of the greatest groups, in the order of `charted`; what is left is of all others. */
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
  /** What the table leaves out; null where it is whole. */
  rest: UsageSums | null;
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
  const utcDays = granularity !== "hour" && timeZone === "UTC";
  const scope: UsageScope = { customerId, from, to, filters, dimensions: [groupBy], utcDays };
  const before = { ...scope, from: new Date(2 * from.getTime() - to.getTime()), to: from };
  // One connection, so one statement after the other.
  const read = await readMoment(ctx, async (sql) => {
    const totals = await sumUp(sql, scope);
    const groups = await listGroups(sql, scope, input.limit);
    const keys = groups.map(({ key }) => key);
    const charted = keys.slice(0, CHARTED);
    const clock = { granularity, timeZone };
    return {
      totals,
      groups,
      charted,
      previous: await sumUp(sql, before),
      previousGroups: await sumGroups(sql, before, keys),
      series: await listPeriods(sql, scope, clock, charted),
      previousSeries: await listPeriods(sql, before, clock, []),
      labels: await labelsOf(sql, groupBy, customerId, keys),
      changed: customerId === null ? [] : await changedDays(sql, customerId, from, to),
    };
  });
  const totals = sumsOf(read.totals, seesCosts);
  const rows = read.groups.map(({ key, ...sums }) => {
    const earlier = read.previousGroups.get(key);
    return {
      key,
      label: read.labels.get(key) ?? key,
      sums: sumsOf(sums, seesCosts),
      previous: earlier === undefined ? noSums(seesCosts) : sumsOf(earlier, seesCosts),
    };
  });
  return ok({
    customerId,
    from,
    to,
    previousFrom: before.from,
    timeZone,
    totals,
    previous: sumsOf(read.previous, seesCosts),
    series: read.series.map((period, place) => ({
      ...period,
      previous: read.previousSeries[place]?.amount ?? nanos(0n),
    })),
    charted: read.charted,
    rows,
    rest: rows.length < input.limit ? null : rows.reduce((left, { sums }) => lessSums(left, sums), totals),
    changed: read.changed,
    asOf: ctx.clock(),
  });
}

const filteredBy = (filters: UsageFilters): Dimension[] =>
  (Object.keys(filters) as Dimension[]).filter((dimension) => filters[dimension] !== undefined);

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

async function sumUp(sql: Sql, scope: UsageScope): Promise<SumsRow> {
  const [row] = await sql<[SumsRow]>`select ${sql.unsafe(SUMS_SQL)} ${usageFrom(sql, scope)}`;
  return row;
}

/** The greatest groups by amount. */
function listGroups(sql: Sql, scope: UsageScope, limit: number): Promise<(SumsRow & { key: string })[]> {
  const key = keyOf(scope);
  return sql<(SumsRow & { key: string })[]>`
    select ${sql.unsafe(key)} as key, ${sql.unsafe(SUMS_SQL)} ${usageFrom(sql, scope)}
    group by 1 order by sum(u.amount) desc, sum(u.requests) desc, 1 limit ${limit}`;
}

async function sumGroups(sql: Sql, scope: UsageScope, keys: string[]): Promise<Map<string, SumsRow>> {
  const key = keyOf(scope);
  const rows = await sql<(SumsRow & { key: string })[]>`
    select ${sql.unsafe(key)} as key, ${sql.unsafe(SUMS_SQL)} ${usageFrom(sql, scope)}
    and ${sql.unsafe(key)} = any(${keys}::text[]) group by 1`;
  return new Map(rows.map(({ key: name, ...sums }) => [name, sums]));
}

type Clock = { granularity: Granularity; timeZone: string };
type Period = Omit<UsagePeriod, "previous">;

/** Every period that begins in the interval or reaches into it, also those without usage. */
async function listPeriods(
  sql: Sql,
  scope: UsageScope,
  { granularity, timeZone }: Clock,
  charted: readonly string[],
): Promise<Period[]> {
  const key = keyOf(scope);
  const { from, to } = scope;
  const starts = await sql<{ start: Date }[]>`${
    granularity === "hour"
      ? sql`select generate_series(date_trunc('hour', ${from}::timestamptz, ${timeZone}::text),
          ${to}::timestamptz - interval '1 microsecond', '1 hour') as start`
      : sql`select start at time zone ${timeZone}::text as start from generate_series(
          date_trunc(${granularity}::text, ${from}::timestamptz at time zone ${timeZone}::text),
          (${to}::timestamptz - interval '1 microsecond') at time zone ${timeZone}::text,
          ('1 ' || ${granularity}::text)::interval) as start`
  }`;
  const place = sql`coalesce(array_position(${[...charted]}::text[], ${sql.unsafe(key)}), 0)`;
  const sums = await sql<{ start: Date; place: number; amount: bigint; requests: bigint }[]>`
    select date_trunc(${granularity}::text, u.at, ${timeZone}::text) as start, ${place} as place,
      sum(u.amount)::int8 as amount, sum(u.requests)::int8 as requests
    ${usageFrom(sql, scope)} group by 1, 2`;
  const periods = new Map<number, Period>(
    starts.map(({ start }) => [
      start.getTime(),
      { start, amount: nanos(0n), requests: 0, parts: charted.map(() => nanos(0n)) },
    ]),
  );
  for (const { start, place: at, amount, requests } of sums) {
    const period = periods.get(start.getTime());
    if (period === undefined) throw new Error(`no period starts at ${start.toISOString()}`);
    period.amount = nanos(period.amount + amount);
    period.requests += Number(requests);
    if (at > 0) period.parts[at - 1] = nanos(amount);
  }
  return [...periods.values()];
}

const keyOf = ({ dimensions }: UsageScope): string => DIMENSION_SQL[dimensions[0] ?? "model"];

const CHARTED = 6;
const PERIODS_MAX = 1_000;
const HOUR_MS = 3_600_000;
const LENGTH_MS: { readonly [granularity in Granularity]: number } = {
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 28 * 24 * HOUR_MS,
};
