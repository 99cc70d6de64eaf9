import { type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { DIMENSION_SQL, type Dimension } from "./dimension.ts";
import type { Fragment } from "./ledger-sum.ts";
import { EACH_TAG, type UsageScope, usageFrom } from "./usage-source.ts";
import { MEASURE_COLUMNS, noSumsRow, type SumsRow, sumsSql, USED_SQL } from "./usage-sums.ts";
import { instantsOf, type ZonePeriod } from "./zone-periods.ts";

export type SurveyQuestion = {
  /** Those of the interval before, which the scope begins with, and of the interval. */
  periods: { before: readonly ZonePeriod[]; now: readonly ZonePeriod[] };
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
  const { before, now } = question.periods;
  const starts = instantsOf(sql, [...before, ...now], "from");
  const rows = await sql<SurveyRow[]>`
    with base as materialized (
      select width_bucket(u.at, ${starts}) as period,
        ${sql.unsafe(question.groupBy === "tag" ? "u.tags" : DIMENSION_SQL[question.groupBy])} as key,
        ${sql.unsafe(MEASURE_COLUMNS.map((column) => `sum(u.${column})::int8 as ${column}`).join(", "))}
      ${usageFrom(sql, scope)} group by 1, 2 having ${sql.unsafe(USED_SQL)}),
    sided as (select period <= ${before.length}::int as before, base.* from base),
    keyed as (${keyed(sql, question)}),
    ranked as materialized (
      select key, (row_number() over (order by sum(amount) desc, sum(requests) desc, key))::int as place
      from keyed where not before group by key order by place limit ${question.limit})
    select 'all' as kind, before, null::int as period, null as key, 0 as place, ${sums(sql, "s")}
    from sided s group by before
    union all
    select 'group', k.before, null, r.key, r.place, ${sums(sql, "k")}
    from keyed k join ranked r on r.key = k.key group by k.before, r.key, r.place
    union all
    select 'rest', false, null, null, 0, ${sums(sql, "s")}
    from sided s where not before and ${inNoGroup(sql, question)} having count(*) > 0
    union all
    select 'period', before, period, null, 0, ${sums(sql, "s")} from sided s group by before, period
    union all
    select 'part', false, k.period, r.key, r.place, ${sums(sql, "k")}
    from keyed k join ranked r on r.key = k.key
    where not k.before and r.place <= ${CHARTED} group by k.period, r.key, r.place
    order by kind, period, place`;
  return surveyOf(rows, question);
}

type SurveyRow = SumsRow & {
  kind: "all" | "group" | "rest" | "period" | "part";
  before: boolean;
  /** From 1, those of the interval before first. */
  period: number;
  key: string;
  place: number;
};

const sums = (sql: Sql, source: string): Fragment => sql.unsafe(sumsSql(source));

/** A row for each tag, where tags are what is asked for; what has several is in several groups. */
const keyed = (sql: Sql, { groupBy }: SurveyQuestion): Fragment =>
  groupBy === "tag"
    ? sql`
      select before, period, g.tag as key, ${sql.unsafe(MEASURE_COLUMNS.join(", "))}
      from (select sided.*, key as tags from sided) u cross join lateral ${sql.unsafe(EACH_TAG)} as g(tag)`
    : sql`select * from sided`;

const inNoGroup = (sql: Sql, { groupBy }: SurveyQuestion): Fragment =>
  groupBy === "tag"
    ? sql`not exists (
        select from ranked where ranked.key = any(s.key) or (ranked.key = '' and s.key = '{}'))`
    : sql`key not in (select ranked.key from ranked)`;

function surveyOf(rows: readonly SurveyRow[], { periods }: SurveyQuestion): Survey {
  const of = (kind: SurveyRow["kind"], before = false) =>
    rows.filter((row) => row.kind === kind && row.before === before);
  const earlier = new Map(of("group", true).map((row) => [row.key, row]));
  const groups = of("group").map((row) => ({
    key: row.key,
    sums: row,
    previous: earlier.get(row.key) ?? null,
  }));
  const charted = groups.slice(0, CHARTED).map(({ key }) => key);
  const [[totals = noSumsRow()], [previous = noSumsRow()]] = [of("all"), of("all", true)];
  const sums = new Map([...of("period", true), ...of("period")].map((row) => [row.period, row]));
  const count = periods.before.length + periods.now.length;
  const shown = Array.from({ length: count }, (_, place) => sums.get(place + 1)?.amount ?? 0n);
  const left = shown.reduce<bigint>((sum, amount) => sum - amount, totals.amount + previous.amount);
  if (left !== 0n) throw new Error(`periods leave ${left} nanos of the total out`);
  const parts = Map.groupBy(of("part"), ({ period }) => period);
  return {
    totals,
    previous,
    groups,
    rest: of("rest")[0] ?? null,
    periods: periods.now.map(({ start }, place) => {
      const period = periods.before.length + place + 1;
      const { amount, requests, bills, parked } = sums.get(period) ?? noSumsRow();
      const own = new Map(parts.get(period)?.map((part) => [part.key, part.amount]));
      const then = place < periods.before.length ? sums.get(place + 1) : undefined;
      return {
        start,
        amount: nanos(amount),
        requests: Number(requests),
        bills: Number(bills),
        parked: Number(parked),
        parts: charted.map((key) => nanos(own.get(key) ?? 0n)),
        previous: nanos(then?.amount ?? 0n),
      };
    }),
    charted,
  };
}

const CHARTED = 6;
