import { type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { DIMENSION_SQL, type Dimension } from "./dimension.ts";
import type { Granularity } from "./explore-usage.ts";
import type { Fragment } from "./ledger-sum.ts";
import { EACH_TAG, type UsageScope, usageFrom } from "./usage-source.ts";
import { MEASURE_COLUMNS, noSumsRow, type SumsRow, sumsSql } from "./usage-sums.ts";

export type SurveyQuestion = {
  /** Where the interval begins; the scope begins with the interval before it. */
  from: Date;
  granularity: Granularity;
  timeZone: string;
  groupBy: Dimension;
  /** How many groups have a row. */
  limit: number;
};

export type SurveyPeriod = {
  start: Date;
  amount: Nanos;
  requests: number;
  bills: number;
  parked: number;
  parts: Nanos[];
  previous: Nanos;
};

export type Survey = {
  totals: SumsRow;
  previous: SumsRow;
  /** The greatest first. */
  groups: { key: string; sums: SumsRow; previous: SumsRow | null }[];
  /** What is in none of these groups. */
  rest: SumsRow | null;
  /** Every period that begins in the interval or reaches into it, also those without usage. */
  periods: SurveyPeriod[];
  /** Groups that the periods' parts are of. */
  charted: string[];
};

/**
 * Reads the interval and the one before it once, adds both up by period and group, and makes totals, table and series
 * out of these sums: one statement, so they are of one moment and agree.
 */
export async function surveyUsage(sql: Sql, scope: UsageScope, question: SurveyQuestion): Promise<Survey> {
  const rows = await sql<SurveyRow[]>`
    with base as materialized (
      select u.at < ${question.from} as before,
        date_trunc(${question.granularity}::text, u.at, ${question.timeZone}::text) as start,
        ${sql.unsafe(question.groupBy === "tag" ? "u.tags" : DIMENSION_SQL[question.groupBy])} as key,
        ${sql.unsafe(MEASURE_COLUMNS.map((column) => `sum(u.${column})::int8 as ${column}`).join(", "))}
      ${usageFrom(sql, scope)} group by 1, 2, 3),
    keyed as (${keyed(sql, question)}),
    ranked as materialized (
      select key, (row_number() over (order by sum(amount) desc, sum(requests) desc, key))::int as place
      from keyed where not before group by key order by place limit ${question.limit}),
    clock as (${clock(sql, scope, question)})
    select 'all' as kind, before, null::timestamptz as start, null as key, 0 as place, ${sums(sql, "base")}
    from base group by before
    union all
    select 'group', k.before, null, r.key, r.place, ${sums(sql, "k")}
    from keyed k join ranked r on r.key = k.key group by k.before, r.key, r.place
    union all
    select 'rest', false, null, null, 0, ${sums(sql, "base")}
    from base where not before and ${inNoGroup(sql, question)} having count(*) > 0
    union all
    select 'period', c.before, c.start, null, 0, ${sums(sql, "base")}
    from clock c left join base on base.before = c.before and base.start = c.start group by c.before, c.start
    union all
    select 'part', false, k.start, r.key, r.place, ${sums(sql, "k")}
    from keyed k join ranked r on r.key = k.key
    where not k.before and r.place <= ${CHARTED} group by k.start, r.key, r.place
    order by kind, start, place`;
  return surveyOf(rows);
}

type SurveyRow = SumsRow & {
  kind: "all" | "group" | "rest" | "period" | "part";
  before: boolean;
  start: Date;
  key: string;
  place: number;
};

const sums = (sql: Sql, source: string): Fragment => sql.unsafe(sumsSql(source));

/** A row for each tag, where tags are what is asked for; what has several is in several groups. */
const keyed = (sql: Sql, { groupBy }: SurveyQuestion): Fragment =>
  groupBy === "tag"
    ? sql`
      select before, start, g.tag as key, ${sql.unsafe(MEASURE_COLUMNS.join(", "))}
      from (select base.*, base.key as tags from base) u cross join lateral ${sql.unsafe(EACH_TAG)} as g(tag)`
    : sql`select * from base`;

const inNoGroup = (sql: Sql, { groupBy }: SurveyQuestion): Fragment =>
  groupBy === "tag"
    ? sql`not exists (
        select from ranked where ranked.key = any(base.key) or (ranked.key = '' and base.key = '{}'))`
    : sql`key not in (select ranked.key from ranked)`;

/** Every period of both intervals. Hours of a zone are found by quarters: some zones move their clocks by half an hour. */
const clock = (sql: Sql, scope: UsageScope, { from, granularity, timeZone }: SurveyQuestion): Fragment => {
  const sides = sql`(values (true, ${scope.from}::timestamptz, ${from}::timestamptz),
    (false, ${from}::timestamptz, ${scope.to}::timestamptz)) side(before, first, next)`;
  return granularity === "hour"
    ? sql`
      select distinct before, date_trunc('hour', quarter, ${timeZone}::text) as start
      from ${sides}, generate_series(first, next - interval '1 microsecond', interval '15 minutes') as quarter`
    : sql`
      select before, local at time zone ${timeZone}::text as start
      from ${sides}, generate_series(date_trunc(${granularity}::text, first at time zone ${timeZone}::text),
        (next - interval '1 microsecond') at time zone ${timeZone}::text, ('1 ' || ${granularity}::text)::interval) as local`;
};

function surveyOf(rows: readonly SurveyRow[]): Survey {
  const of = (kind: SurveyRow["kind"], before = false) =>
    rows.filter((row) => row.kind === kind && row.before === before);
  const earlier = new Map(of("group", true).map((row) => [row.key, row]));
  const groups = of("group").map((row) => ({
    key: row.key,
    sums: row,
    previous: earlier.get(row.key) ?? null,
  }));
  const [[totals = noSumsRow()], [previous = noSumsRow()]] = [of("all"), of("all", true)];
  const [now, then] = [of("period"), of("period", true)];
  for (const [periods, all] of [[now, totals] as const, [then, previous] as const]) {
    const sum = periods.reduce((left, { amount }) => left - amount, all.amount);
    if (sum !== 0n) throw new Error(`periods leave ${sum} nanos of the total out`);
  }
  const charted = groups.slice(0, CHARTED).map(({ key }) => key);
  const parts = Map.groupBy(of("part"), ({ start }) => start.getTime());
  return {
    totals,
    previous,
    groups,
    rest: of("rest")[0] ?? null,
    periods: now.map(({ start, amount, requests, bills, parked }, place) => {
      const own = new Map(parts.get(start.getTime())?.map((part) => [part.key, part.amount]));
      return {
        start,
        amount: nanos(amount),
        requests: Number(requests),
        bills: Number(bills),
        parked: Number(parked),
        parts: charted.map((key) => nanos(own.get(key) ?? 0n)),
        previous: nanos(then[place]?.amount ?? 0n),
      };
    }),
    charted,
  };
}

const CHARTED = 6;
