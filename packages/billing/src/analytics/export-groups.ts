import type { Sql } from "@ratebook/db";
import { DIMENSION_SQL, type Dimension } from "./dimension.ts";
import { labelsOf } from "./dimension-labels.ts";
import type { Granularity } from "./explore-usage.ts";
import type { ExportRow } from "./export-columns.ts";
import type { ExportSource } from "./export-usage.ts";
import { type ExportRange, ledgerSum } from "./ledger-sum.ts";
import { usageFrom } from "./usage-source.ts";
import { SUMS_SQL } from "./usage-sums.ts";

export type GroupedRange = ExportRange & {
  /** Null: one row for the whole interval. */
  granularity: Granularity | null;
  dimension: Dimension | undefined;
  timeZone: string;
};

/**
 * Usage by period and by the values of a dimension, in the order of both. Rows and the ledger's sum are of one moment,
 * so a connection is kept while the reader reads; one that stalls longer than the database waits is cut off.
 */
export async function* groupRows({ sql: pool }: { sql: Sql }, grouped: GroupedRange): ExportSource {
  const sql = await pool.reserve();
  let open = false;
  try {
    await sql`begin isolation level repeatable read read only`;
    open = true;
    // The ledger's sum reads every entry of the interval.
    await sql`set local statement_timeout = '10min'`;
    for await (const rows of select(sql, grouped).cursor(PAGE)) yield await named(sql, grouped, rows);
    const ledger = await ledgerSum(sql, grouped);
    await sql`commit`;
    open = false;
    return { ledger };
  } finally {
    if (open) await sql`rollback`.catch(() => {});
    sql.release();
  }
}

function select(sql: Sql, { granularity, dimension, timeZone, ...range }: GroupedRange) {
  const scope = {
    ...range,
    dimensions: dimension === undefined ? [] : [dimension],
    utcDays: granularity !== "hour" && timeZone === "UTC",
  };
  const start =
    granularity === null
      ? sql`null::timestamptz`
      : sql`date_trunc(${granularity}::text, u.at, ${timeZone}::text)`;
  return sql<ExportRow[]>`
    select ${start} as start, ${sql.unsafe(dimension === undefined ? "''" : DIMENSION_SQL[dimension])} as key,
      ${sql.unsafe(SUMS_SQL)}
    ${usageFrom(sql, scope)} group by 1, 2 order by 1, 2`;
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
