import { type Nanos, nanos } from "@ratebook/core";

/** Usage added up. */
export type UsageSums = {
  /** Reports of usage; daily bills of infrastructure and corrections are none. */
  requests: number;
  /** Of them, calls that ended in another way than completed. */
  failed: number;
  /** Of them, those that wait for a price. */
  parked: number;
  /** Daily bills and deployment fees of infrastructure, which are no requests. */
  bills: number;
  tokens: bigint;
  /** What was debited, less what was given back. */
  amount: Nanos;
  corrections: number;
  /** The part of the amount that corrected earlier events. */
  corrected: Nanos;
  /** Null for whoever may not see what the operator pays. */
  costs: UsageCosts | null;
};

export type UsageCosts = {
  /** List cost where our own upstream key paid. */
  upstream: Nanos;
  /** List cost where the customer's own key paid; none of ours. */
  byokUpstream: Nanos;
  /** The operator's own cost where it has one, else list. */
  cost: Nanos;
  /** Amount less cost. */
  margin: Nanos;
};

/** The sums as `SUMS_SQL` selects them. */
export type SumsRow = {
  requests: bigint;
  failed: bigint;
  parked: bigint;
  bills: bigint;
  tokens: bigint;
  amount: bigint;
  corrections: bigint;
  corrected: bigint;
  upstream: bigint;
  byokUpstream: bigint;
  cost: bigint;
};

/** Every measure as a rollup's column and as it is read. */
const MEASURES = [
  ["requests", "requests"],
  ["failed", "failed"],
  ["parked", "parked"],
  ["bills", "bills"],
  ["tokens", "tokens"],
  ["amount", "amount"],
  ["corrections", "corrections"],
  ["corrected", "corrected"],
  ["upstream", "upstream"],
  ["byok_upstream", "byokUpstream"],
  ["cost", "cost"],
] as const;

/** The measures' columns. */
export const MEASURE_COLUMNS = MEASURES.map(([column]) => column);

/** Selects every measure of a source, added up, under the name it is read by. */
export const sumsSql = (source: string): string =>
  MEASURES.map(([column, name]) => `coalesce(sum(${source}.${column}), 0)::int8 as "${name}"`).join(", ");

/** Whether a group of a usage source `u` has anything, as a condition of `having`: each entry counts as something. */
export const USED_SQL = MEASURE_COLUMNS.map((column) => `sum(u.${column}) <> 0`).join(" or ");

/** Selects every measure of a usage source `u`, added up. */
export const SUMS_SQL = sumsSql("u");

/** Sums for a reader; costs only where it may see them. */
export function sumsOf(row: SumsRow, seesCosts: boolean): UsageSums {
  return {
    requests: Number(row.requests),
    failed: Number(row.failed),
    parked: Number(row.parked),
    bills: Number(row.bills),
    tokens: row.tokens,
    amount: nanos(row.amount),
    corrections: Number(row.corrections),
    corrected: nanos(row.corrected),
    costs: seesCosts
      ? {
          upstream: nanos(row.upstream),
          byokUpstream: nanos(row.byokUpstream),
          cost: nanos(row.cost),
          margin: nanos(row.amount - row.cost),
        }
      : null,
  };
}

/** Nothing used. */
export const noSums = (seesCosts: boolean): UsageSums => sumsOf(noSumsRow(), seesCosts);

/** Nothing used, as it is read. */
export const noSumsRow = (): SumsRow => ({
  requests: 0n,
  failed: 0n,
  parked: 0n,
  bills: 0n,
  tokens: 0n,
  amount: 0n,
  corrections: 0n,
  corrected: 0n,
  upstream: 0n,
  byokUpstream: 0n,
  cost: 0n,
});
