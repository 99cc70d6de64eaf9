import type { Sql } from "@ratebook/db";
import type { ExportRow } from "./export-columns.ts";
import type { ExportSource } from "./export-usage.ts";
import { type ExportRange, filterConditions, ledgerSum, ownFacts } from "./ledger-sum.ts";

/**
 * Every event of a customer in the order it occurred, then every other correction in the order it was posted.
 *
 * Events never change and a wallet's entries are numbered without gaps, so pages up to a fixed number are of one moment
 * without a transaction: a reader may take as long as it wants and keeps no connection meanwhile.
 */
export async function* eventRows(
  { sql }: { sql: Sql },
  range: ExportRange & { customerId: string },
): ExportSource {
  const [wallet] = await sql<{ seq: bigint }[]>`
    select seq from ratebook.wallet
    where bucket = ratebook.bucket_of(${range.customerId}::uuid) and account_id = ${range.customerId}`;
  const upTo = wallet?.seq ?? 0n;
  let after: { micros: string; opId: string } | null = null;
  for (;;) {
    const page = await eventPage(sql, range, after);
    const last: Keyed | undefined = page.at(-1);
    if (last === undefined) break;
    yield await factsOf(sql, range, page, upTo);
    if (page.length < PAGE) break;
    after = last;
  }
  let seq = 0n;
  for (;;) {
    const page = await correctionPage(sql, range, seq, upTo);
    const last = page.at(-1);
    if (last === undefined) break;
    yield page;
    seq = last.seq;
  }
  return { ledger: await ledgerSum(sql, range, upTo) };
}

type Keyed = { micros: string; opId: string };

/** The next events by their index; filters and the fixed number are looked at afterwards. */
function eventPage(
  sql: Sql,
  { customerId, from, to }: ExportRange & { customerId: string },
  after: Keyed | null,
): Promise<Keyed[]> {
  return sql<Keyed[]>`
    select op_id as "opId", (extract(epoch from occurred_at) * 1000000)::int8::text as micros from ratebook.usage_event
    where account_id = ${customerId} and bucket = ratebook.bucket_of(${customerId}::uuid)
      and occurred_at >= ${from} and occurred_at < ${to}
      ${
        after === null
          ? sql``
          : sql`and (occurred_at, op_id) >
              ('epoch'::timestamptz + ${after.micros}::int8 * interval '1 microsecond', ${after.opId}::uuid)`
      }
    order by occurred_at, op_id limit ${PAGE}`;
}

/** What a page of events means. The account is hidden from the planner, which else reads it whole for each event. */
function factsOf(
  sql: Sql,
  { customerId, filters }: ExportRange & { customerId: string },
  page: readonly Keyed[],
  upTo: bigint,
): Promise<ExportRow[]> {
  return sql<ExportRow[]>`
    select ${sql.unsafe(FACT)}, u.pools::text as quantities
    from unnest(${page.map(({ opId }) => opId)}::uuid[]) with ordinality as k(op_id, place)
    join ratebook.usage_fact u on u.op_id = k.op_id and (u.account_id = ${customerId}) is true
      and (u.bucket = ratebook.bucket_of(${customerId}::uuid)) is true
    left join ratebook.offering o on o.offering = u.offering
    where u.seq <= ${upTo} ${filterConditions(sql, filters)}
    order by k.place`;
}

/** Corrections that are no events: what was given back, and what of that was taken again. */
function correctionPage(
  sql: Sql,
  range: ExportRange,
  after: bigint,
  upTo: bigint,
): Promise<(ExportRow & { seq: bigint })[]> {
  return sql<(ExportRow & { seq: bigint })[]>`
    select ${sql.unsafe(FACT)}, '{}' as quantities, u.seq
    from ratebook.usage_fact u left join ratebook.offering o on o.offering = u.offering
    where ${ownFacts(sql, range, upTo)} and u.entry_kind in ('grant', 'revoke') and u.seq > ${after}
    order by u.seq limit ${PAGE}`;
}

const FACT = `u.op_id as "opId", u.at, u.recorded_at as "recordedAt", u.offering, u.agent_id as "agentId", u.app_id as "appId",
  u.key_id as "keyId", u.user_id as "userId", u.tag, u.billing, u.corrects::text, u.requests::int8, u.tokens, u.amount,
  u.upstream, u.cost,
  case when u.is_correction then 'correction' when u.requests = 0 and u.parked = -1 then 'late price'
    when u.parked = 1 then 'parked' when u.requests = 0 then 'infrastructure' else 'usage' end as kind`;
const PAGE = 500;
