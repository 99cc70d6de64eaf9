import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { usageFrom } from "../analytics/usage-source.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { LEAKS, type UpstreamDay, type UpstreamState, upstreamState } from "./match-upstream.ts";

export type MarginReportInput = {
  /** UTC days, both included. */
  from: string;
  to: string;
  provider?: string | undefined;
};

export type MatchedDay = UpstreamDay & {
  state: UpstreamState;
  /** Billed less reckoned; above 0 the provider took more. */
  difference: Nanos;
  /** What is lost by it; 0 where it is no leak, or was sold for what it cost already. */
  lost: Nanos;
};

export type MarginReport = {
  from: string;
  to: string;
  /** Days of providers that were imported: only these are compared. */
  providerDays: number;
  /** Of the compared days. */
  billed: Nanos;
  cost: Nanos;
  amount: Nanos;
  lost: Nanos;
  leaks: number;
  /** Model days by state. */
  states: { [state in UpstreamState]?: number };
  /** Those that do not match, the worst first, at most 500. */
  rows: MatchedDay[];
  /** Requests of the compared days that wait for a price. */
  parked: bigint;
  /** Rows left out. */
  omitted: number;
};

/**
 * Compares what providers billed with what was recorded and sold, by day and model, for the days of providers whose
 * documents were imported. Usage on customers' own upstream keys is left out.
 */
export async function marginReport(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { from, to, provider }: MarginReportInput,
): Promise<Result<MarginReport, { kind: "access_denied"; message: string } | InvalidField>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may see margins." });
  }
  const [start, end] = [new Date(from), new Date(Date.parse(to) + DAY_MS)];
  if (start >= end) return err({ kind: "validation_error", field: "from", message: "must not be after to" });
  if (end.getTime() - start.getTime() > DAYS_MAX * DAY_MS) {
    return err({ kind: "validation_error", field: "to", message: `must be within ${DAYS_MAX} days of from` });
  }
  const { sql } = ctx;
  const scope = {
    customerId: null,
    from: start,
    to: end,
    filters: { billing: "platform" },
    dimensions: ["model"],
    utcDays: true,
  } as const;
  const rows = await sql<(UpstreamDay & { covered: number })[]>`
    with line as (
      select provider, day, offering, requests, amount from ratebook.upstream_line
      where superseded_by is null and day >= ${from}::date and day <= ${to}::date
        and (${provider ?? null}::text is null or provider = ${provider ?? null})),
    covered as (select distinct provider, day from line),
    billed as (
      select day, offering, sum(amount)::int8 as amount, sum(requests)::int8 as requests from line group by 1, 2),
    ours as (
      select (u.at at time zone 'UTC')::date as day, u.offering, sum(u.amount)::int8 as amount, sum(u.cost)::int8 as cost,
        sum(u.requests)::int8 as requests, sum(u.parked)::int8 as parked
      ${usageFrom(sql, scope)} group by 1, 2)
    select coalesce(b.day, o.day)::text as day, coalesce(b.offering, o.offering) as offering, b.amount as billed,
      b.requests as "billedRequests", coalesce(o.cost, 0) as cost, coalesce(o.amount, 0) as amount,
      coalesce(o.requests, 0) as requests, coalesce(o.parked, 0) as parked, (select count(*)::int from covered) as covered
    from billed b full join ours o on o.day = b.day and o.offering = b.offering
    where b.day is not null or exists (select from covered c
      where c.day = o.day and c.provider = split_part(o.offering, '/', 1))`;
  return ok(toldOf({ from, to }, rows));
}

function toldOf(
  { from, to }: Pick<MarginReportInput, "from" | "to">,
  rows: readonly (UpstreamDay & { covered: number })[],
): MarginReport {
  const matched = rows.map(({ covered: _covered, ...row }): MatchedDay => {
    const state = upstreamState(row);
    const billed = row.billed ?? 0n;
    return {
      ...row,
      state,
      difference: nanos(billed - row.cost),
      lost: nanos(LEAKS.has(state) && billed > row.amount ? billed - row.amount : 0n),
    };
  });
  const sum = (of: (row: MatchedDay) => bigint): Nanos =>
    nanos(matched.reduce((total, row) => total + of(row), 0n));
  const states: MarginReport["states"] = {};
  for (const { state } of matched) states[state] = (states[state] ?? 0) + 1;
  const notable = matched.filter(({ state }) => state !== "matches").sort(worstFirst);
  return {
    from,
    to,
    providerDays: rows[0]?.covered ?? 0,
    billed: sum(({ billed }) => billed ?? 0n),
    cost: sum(({ cost }) => cost),
    amount: sum(({ amount }) => amount),
    lost: sum(({ lost }) => lost),
    parked: sum(({ parked }) => parked),
    leaks: matched.filter(({ state }) => LEAKS.has(state)).length,
    states,
    rows: notable.slice(0, ROWS_MAX),
    omitted: Math.max(notable.length - ROWS_MAX, 0),
  };
}

function worstFirst(a: MatchedDay, b: MatchedDay): number {
  if (a.lost !== b.lost) return a.lost < b.lost ? 1 : -1;
  const [x, y] = [a, b].map(({ difference }) => (difference < 0n ? 0n - difference : BigInt(difference)));
  if (x !== y) return (x ?? 0n) < (y ?? 0n) ? 1 : -1;
  return a.day < b.day ? 1 : -1;
}

const ROWS_MAX = 500;
const DAYS_MAX = 92;
const DAY_MS = 86_400_000;
