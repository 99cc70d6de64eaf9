import type { Sql } from "@ratebook/db";
import { DIMENSION_SQL, type Dimension, type UsageFilters } from "./dimension.ts";
import { stoppable } from "./stoppable.ts";

/** Something postgres.js can put inside a query. */
export type Fragment = ReturnType<Sql["unsafe"]> | ReturnType<Sql>;

/** Whose usage an export is about, and when it occurred. */
export type ExportRange = { customerId: string | null; from: Date; to: Date; filters: UsageFilters };

/**
 * What the ledger took for usage of a range: what left the balance and what became debt, less what came back, added up
 * from entries. Of one customer some entries at a time, so that no statement is longer the more there are.
 *
 * @param upTo the last seq of the customer's entries that counts; null for all entries of everybody
 */
export async function ledgerSum(
  sql: Sql,
  range: ExportRange,
  upTo: bigint | null,
  stop: AbortSignal,
): Promise<bigint> {
  if (upTo === null) return sumEntries(sql, range, null, stop);
  let sum = 0n;
  for (let after = 0n; after < upTo; after += ENTRIES) {
    const to = after + ENTRIES < upTo ? after + ENTRIES : upTo;
    sum += await sumEntries(sql, range, { after, to }, stop);
  }
  return sum;
}

/** The last entry of a customer's wallet at the moment of the statement. */
export async function lastSeq(sql: Sql, customerId: string): Promise<bigint> {
  const [wallet] = await sql<{ seq: bigint }[]>`
    select seq from ratebook.wallet
    where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}`;
  return wallet?.seq ?? 0n;
}

type Stretch = { after: bigint; to: bigint };

async function sumEntries(
  sql: Sql,
  range: ExportRange,
  stretch: Stretch | null,
  stop: AbortSignal,
): Promise<bigint> {
  const [row] = await stoppable(
    stop,
    sql<[{ amount: bigint }]>`
    select coalesce(sum(d.debt_delta), 0)::int8 + coalesce(sum(-e.amount), 0)::int8 as amount
    from ratebook.usage_fact u
    join ratebook.entry e on e.bucket = u.bucket and e.account_id = u.account_id and e.seq = u.seq
    left join ratebook.entry d on d.bucket = u.bucket and d.account_id = u.account_id and d.seq = u.seq + 1
      and d.kind = 'debt_incurred' and d.ref_id = u.op_id
    left join ratebook.offering o on o.offering = u.offering
    where ${ownFacts(sql, range, stretch)}`,
  );
  return row.amount;
}

/** Facts of a range, as a condition on `u` and `o`. */
export const ownFacts = (
  sql: Sql,
  { customerId, from, to, filters }: ExportRange,
  stretch: Stretch | null,
): Fragment => sql`
  u.at >= ${from} and u.at < ${to} and u.recorded_at >= ${new Date(from.getTime() - FORGIVEN_MS)}
  ${customerId === null ? sql`` : sql`and u.bucket = ratebook.bucket_of(${customerId}::uuid) and u.account_id = ${customerId}`}
  ${stretch === null ? sql`` : sql`and u.seq > ${stretch.after} and u.seq <= ${stretch.to}`}
  ${filterConditions(sql, filters)}`;

/** The values that some dimensions have to have, as conditions that begin with `and`. */
export const filterConditions = (sql: Sql, filters: UsageFilters): Fragment =>
  Object.entries(filters).reduce<Fragment>(
    (conditions, [dimension, value]) =>
      value === undefined
        ? conditions
        : sql`${conditions} and ${condition(sql, dimension as Dimension, value)}`,
    sql``,
  );

/** Of several tags one is enough. */
function condition(sql: Sql, dimension: Dimension, value: string): Fragment {
  if (dimension !== "tag") return sql`${sql.unsafe(DIMENSION_SQL[dimension])} = ${value}`;
  return value === "" ? sql`u.tags = '{}'` : sql`${value}::text = any(u.tags)`;
}

/** An event is dated at most half a minute after it is recorded, by clocks that differ. */
const FORGIVEN_MS = 60_000;
/** Read in about half a second, far below the timeout of a statement. */
const ENTRIES = 100_000n;
