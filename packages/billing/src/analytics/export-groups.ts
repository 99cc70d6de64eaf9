import type { Sql } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";
import { allowLongRead } from "../read-moment.ts";
import { DIMENSION_SQL, type Dimension } from "./dimension.ts";
import { labelsOf } from "./dimension-labels.ts";
import type { Granularity } from "./explore-usage.ts";
import type { ExportRow } from "./export-columns.ts";
import type { ExportSource, ExportTotal } from "./export-usage.ts";
import { type ExportRange, lastSeq, ledgerSum } from "./ledger-sum.ts";
import { stoppable } from "./stoppable.ts";
import { type UsageScope, usageFrom } from "./usage-source.ts";
import { MEASURE_COLUMNS, sumsSql, USED_SQL } from "./usage-sums.ts";
import { instantsOf, type ZonePeriod } from "./zone-periods.ts";

export type GroupedRange = ExportRange & {
  /** Null: one row for the whole interval. */
  granularity: Granularity | null;
  /** Of that granularity; empty where it is null. */
  periods: readonly ZonePeriod[];
  dimension: Dimension | undefined;
  timeZone: string;
};

/**
 * Usage by period and by the values of a dimension, in the order of both.
 *
 * Lines are taken down at one moment, as fast as the database can, and read from there: however long a reader takes, it
 * keeps no transaction and no connection. The ledger's sum is of the same moment.
 */
export async function* groupRows(
  ctx: Pick<Ctx, "sql" | "clock" | "newId">,
  grouped: GroupedRange,
  stop: AbortSignal,
): ExportSource {
  const id = ctx.newId();
  try {
    const { upTo, ...taken } = await takeDown(ctx, id, grouped, stop);
    for (let place = 0; ; ) {
      const page: (ExportRow & { place: number })[] = await stoppable(
        stop,
        ctx.sql<(ExportRow & { place: number })[]>`
          select place, start, key, ${ctx.sql.unsafe(MEASURE_COLUMNS.join(", "))} from ratebook.usage_export_line
          where export_id = ${id} and place > ${place} order by place limit ${PAGE}`,
      );
      const last = page.at(-1);
      if (last === undefined) {
        // Entries never change, so the sum up to the moment's last one can be made at any time.
        return { ...taken, ledger: taken.ledger ?? (await ledgerSum(ctx.sql, grouped, upTo, stop)) };
      }
      yield await named(ctx.sql, grouped, page);
      place = last.place;
    }
  } finally {
    await ctx.sql`delete from ratebook.usage_export_line where export_id = ${id}`;
  }
}

function takeDown(
  { sql: pool, clock }: Pick<Ctx, "sql" | "clock">,
  id: string,
  grouped: GroupedRange,
  stop: AbortSignal,
): Promise<TakenDown> {
  return pool.begin("isolation level repeatable read", async (tx) => {
    // A transaction takes the same queries as a pool.
    const sql = tx as unknown as Sql;
    // Everybody's ledger is read here too, and is as long as the interval is.
    await allowLongRead(sql);
    const { customerId } = grouped;
    const upTo = customerId === null ? null : await lastSeq(sql, customerId);
    const asOf = clock();
    await stoppable(stop, write(sql, id, asOf, grouped));
    const severalTags = grouped.dimension === "tag" ? await countedAgain(sql, grouped, stop) : null;
    return {
      asOf,
      severalTags,
      upTo,
      ledger: upTo === null ? await ledgerSum(sql, grouped, null, stop) : null,
    };
  }) as Promise<TakenDown>;
}

/** The ledger's sum is null where it is made later, of entries up to a seq. */
type TakenDown = Omit<ExportTotal, "ledger"> & { ledger: bigint | null; upTo: bigint | null };

function write(sql: Sql, id: string, asOf: Date, grouped: GroupedRange) {
  const { periods, dimension } = grouped;
  const start =
    periods.length === 0
      ? sql`null::timestamptz`
      : sql`${instantsOf(sql, periods, "start")}[width_bucket(u.at, ${instantsOf(sql, periods, "from")})]`;
  const key = sql.unsafe(dimension === undefined ? "''" : DIMENSION_SQL[dimension]);
  return sql`
    insert into ratebook.usage_export_line (export_id, place, made_at, start, key, ${sql.unsafe(MEASURE_COLUMNS.join(", "))})
    select ${id}::uuid, row_number() over (order by start, key), ${asOf}::timestamptz, g.*
    from (
      select ${start} as start, ${key} as key, ${sql.unsafe(MEASURE_COLUMNS.map((it) => `sum(u.${it})::int8`).join(", "))}
      ${usageFrom(sql, { ...scopeOf(grouped), eachTag: dimension === "tag" })}
      group by 1, 2 having ${sql.unsafe(USED_SQL)}) g`;
}

/** What lines by tag count more than once: a usage with three tags is in three lines, so two of them go out again. */
async function countedAgain(sql: Sql, grouped: GroupedRange, stop: AbortSignal): Promise<ExportRow> {
  const again = MEASURE_COLUMNS.map((it) => `u.${it} * (1 - cardinality(u.tags)) as ${it}`).join(", ");
  const [row] = await stoppable(
    stop,
    sql<[ExportRow]>`
      select ${sql.unsafe(sumsSql("a"))}
      from (select ${sql.unsafe(again)} ${usageFrom(sql, scopeOf(grouped))} and cardinality(u.tags) > 1) a`,
  );
  return row;
}

function scopeOf({ granularity, periods, dimension, timeZone, ...range }: GroupedRange): UsageScope {
  const scope = {
    ...range,
    dimensions: dimension === undefined ? [] : [dimension],
    utcDays: granularity !== "hour" && timeZone === "UTC",
  };
  if (granularity === "hour") return scope;
  return { ...scope, cuts: granularity === null ? [range.from] : periods.map(({ from }) => from) };
}

async function named(
  sql: Sql,
  { dimension, customerId }: GroupedRange,
  rows: ExportRow[],
): Promise<ExportRow[]> {
  if (dimension === undefined || !NAMED.has(dimension)) return rows;
  const keys = [...new Set(rows.map(({ key }) => String(key)))];
  const labels = await labelsOf(sql, dimension, customerId, keys);
  return rows.map((row) => ({ ...row, name: labels.get(String(row["key"])) ?? null }));
}

const NAMED: ReadonlySet<Dimension> = new Set(["customer", "agent", "app", "key"]);
const PAGE = 500;
