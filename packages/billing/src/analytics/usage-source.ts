import type { Sql } from "@ratebook/db";
import { type Dimension, type UsageFilters, WIDE } from "./dimension.ts";
import { type Fragment, filterConditions } from "./ledger-sum.ts";
import { type UsagePiece, usagePieces } from "./usage-pieces.ts";
import { MEASURE_COLUMNS } from "./usage-sums.ts";

/** What a question is about. */
export type UsageScope = {
  /** Null: of every customer. */
  customerId: string | null;
  /** Half-open, by the instant usage occurred. */
  from: Date;
  to: Date;
  filters: UsageFilters;
  /** What it is grouped by. */
  dimensions: readonly Dimension[];
  /** True where it is only about whole UTC days: not about hours, or days of another zone. */
  utcDays: boolean;
  /**
   * Where it is about other periods of a day or more: the instants they begin at, ascending, `from` first. Usage then stands
   * at the beginning of its period, and rows that take out what another added may leave a group with nothing (`USED_SQL`).
   */
  cuts?: readonly Date[];
  /** Usage with several tags is there once for each; usage without has the empty one. */
  eachTag?: boolean;
};

/**
 * What a question reads, as `from … where …`: `u` is the coarsest rollup that answers it exactly, with what is not
 * rolled yet; an interval that is not made of quarters of an hour is read from the entries themselves. `o` is the
 * offering, where its modality is asked for.
 */
export function usageFrom(sql: Sql, scope: UsageScope): Fragment {
  const { customerId, from, to, filters } = scope;
  const filtered = (Object.keys(filters) as Dimension[]).filter((it) => filters[it] !== undefined);
  const named = new Set<Dimension>([...scope.dimensions, ...filtered]);
  const modality = named.has("modality")
    ? sql`left join ratebook.offering o on o.offering = u.offering`
    : sql``;
  const tags = scope.eachTag === true ? sql`cross join lateral ${sql.unsafe(EACH_TAG)} as g(tag)` : sql``;
  return sql`
    from (
      ${rolled(sql, scope, named)}
      union all
      select ${sql.unsafe(ALL)} from ratebook.unrolled_usage(${customerId}::uuid)
      where at >= ${from} and at < ${to}) u
    ${modality} ${tags}
    where true ${filterConditions(sql, filters)}`;
}

function rolled(sql: Sql, scope: UsageScope, named: ReadonlySet<Dimension>): Fragment {
  const { customerId, from, to, utcDays, cuts } = scope;
  const own =
    customerId === null
      ? sql`true`
      : sql`r.bucket = ratebook.bucket_of(${customerId}::uuid) and r.account_id = ${customerId}`;
  if (!isQuarter(from) || !isQuarter(to)) {
    // An event is never dated later than half a minute after it is recorded.
    return sql`
      select ${sql.unsafe(ALL.replace("account_id", "f.account_id"))} from ratebook.usage_rolled r
      join ratebook.usage_fact f on f.bucket = r.bucket and f.account_id = r.account_id and f.seq <= r.seq
      where ${own} and f.at >= ${from} and f.at < ${to}
        and f.recorded_at >= ${new Date(from.getTime() - MINUTE_MS)}`;
  }
  const wholeDays = utcDays && isDay(from) && isDay(to);
  const pieces = wholeDays || cuts === undefined ? [] : usagePieces(cuts, to);
  const narrow = [...named].every((dimension) => WIDE.has(dimension));
  const ofRollup = (...rollups: UsagePiece["rollup"][]) =>
    pieces.filter(({ rollup }) => rollups.includes(rollup));
  const edges = ofRollup("hour", "quarter");
  const edgesMs = edges.reduce((ms, piece) => ms + piece.to.getTime() - piece.from.getTime(), 0);
  if (!wholeDays && (cuts === undefined || edgesMs >= to.getTime() - from.getTime())) {
    return sql`
      select ${sql.unsafe(columns(KEYS, "start"))} from ratebook.usage_quarter r
      where ${own} and r.start >= ${from} and r.start < ${to}`;
  }
  const ofAll = narrow && customerId === null && !named.has("customer");
  const [table, keys] = ofAll
    ? ["usage_day_total", NARROW.slice(1)]
    : narrow
      ? ["usage_day_offering", NARROW]
      : ["usage_day", KEYS];
  const days = sql`ratebook.${sql.unsafe(table)} r where ${own}`;
  if (wholeDays) {
    return sql`
      select ${sql.unsafe(columns(keys, "day::timestamp at time zone 'UTC'"))} from ${days}
        and r.day >= ${dayText(from)}::date and r.day < ${dayText(to)}::date`;
  }
  const ofEdge = (rollup: string) =>
    sql`ratebook.${sql.unsafe(rollup)} r where ${own} and r.start >= first and r.start < next`;
  return sql`
    ${addedUp(
      sql,
      ofRollup("day"),
      keys,
      sql`${days} and r.day >= (first at time zone 'UTC')::date and r.day < (next at time zone 'UTC')::date`,
    )}
    union all
    ${addedUp(sql, narrow ? ofRollup("quarter") : edges, keys, ofEdge("usage_quarter"))}
    ${narrow ? sql`union all ${addedUp(sql, ofRollup("hour"), keys, ofEdge("usage_hour_offering"))}` : sql``}`;
}

/**
 * Pieces of usage added up by their keys, as rows of the periods they go into and out of. Each piece is read by itself, by
 * index.
 *
 * @param source `… where …` of a rollup `r` that a piece is read from, from `first` until before `next`
 */
function addedUp(
  sql: Sql,
  pieces: readonly UsagePiece[],
  keys: readonly string[],
  source: Fragment,
): Fragment {
  const all = (which: "from" | "to" | "into" | "outOf") =>
    sql`${pieces.map((piece) => piece[which]?.toISOString() ?? null)}::text[]::timestamptz[]`;
  const sums = MEASURE_COLUMNS.map((it) => `sum(r.${it})::int8 as ${it}`).join(", ");
  return sql`
    select ${sql.unsafe(columns(keys, "period", (it) => `${it} * sign as ${it}`))}
    from unnest(${all("from")}, ${all("to")}, ${all("into")}, ${all("outOf")}) as piece(first, next, taken_into, taken_out_of)
    cross join lateral (
      select ${sql.unsafe(keys.join(", "))}, ${sql.unsafe(sums)} from ${source} group by ${sql.unsafe(keys.join(", "))}) added
    cross join lateral (values (taken_into, 1), (taken_out_of, -1)) as side(period, sign)
    where period is not null`;
}

/** Whether an instant is a whole quarter of an hour, which any hour or day of any zone starts with. */
export const isQuarter = (at: Date): boolean => at.getTime() % QUARTER_MS === 0;

/** Whether an instant is 00:00 UTC. */
export const isDay = (at: Date): boolean => at.getTime() % DAY_MS === 0;

const dayText = (at: Date): string => at.toISOString().slice(0, 10);

/** The tags of a usage source `u` as a set of rows. */
export const EACH_TAG = `unnest(case when u.tags = '{}' then '{""}' else u.tags end)`;

const KEYS = ["account_id", "offering", "billing", "agent_id", "app_id", "key_id", "user_id", "tags"];
/** What the rollups by offering have of them; that of all accounts has no account. */
const NARROW = KEYS.slice(0, 3);
const EMPTY: { readonly [key: string]: string } = { account_id: "null::uuid", tags: "'{}'::text[]" };

/** The columns of a usage source; what is not in the keys is empty. */
const columns = (keys: readonly string[], at: string, measure = (it: string) => it): string =>
  [
    `${at} as at`,
    ...KEYS.map((key) => (keys.includes(key) ? key : `${EMPTY[key] ?? "''"} as ${key}`)),
    ...MEASURE_COLUMNS.map(measure),
  ].join(", ");
const ALL = columns(KEYS, "at");

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
