import type { Sql } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";
import type { ExportRow } from "./export-columns.ts";
import type { ExportSource } from "./export-usage.ts";
import { type ExportRange, filterConditions, lastSeq, ledgerSum, ownFacts } from "./ledger-sum.ts";
import { stoppable } from "./stoppable.ts";

/**
 * Every event of a customer in the order it occurred, then every other correction in the order it was posted.
 *
 * Events never change and a wallet's entries are numbered without gaps, so pages up to a fixed number are of one moment
 * without a transaction: a reader may take as long as it wants and keeps no connection meanwhile.
 */
export async function* eventRows(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  range: ExportRange & { customerId: string },
  stop: AbortSignal,
): ExportSource {
  const asOf = clock();
  const upTo = await lastSeq(sql, range.customerId);
  const load = async (after: Keyed | null): Promise<Loaded> => {
    const page = await stoppable(stop, eventPage(sql, range, after));
    const rows = await stoppable(stop, factsOf(sql, range, page, upTo));
    return { rows, last: page.length < PAGE ? null : (page.at(-1) ?? null) };
  };
  // The database works on a page while the one before is written and read.
  let upcoming: Promise<Loaded> | null = load(null);
  try {
    while (upcoming !== null) {
      const { rows, last }: Loaded = await upcoming;
      upcoming = last === null ? null : load(last);
      yield rows;
    }
  } finally {
    // Nobody waits for it any more, and where it was stopped it fails.
    upcoming?.catch(() => {});
  }
  let seq = 0n;
  for (;;) {
    const page: (ExportRow & { seq: bigint })[] = await stoppable(
      stop,
      correctionPage(sql, range, seq, upTo),
    );
    const last = page.at(-1);
    if (last === undefined) break;
    yield page;
    seq = last.seq;
  }
  return { ledger: await ledgerSum(sql, range, upTo, stop), asOf, severalTags: null };
}

type Keyed = { micros: string; opId: string };
type Loaded = { rows: ExportRow[]; last: Keyed | null };

/** The next events by their index; filters and the fixed number are looked at afterwards. */
function eventPage(
  sql: Sql,
  { customerId, from, to }: ExportRange & { customerId: string },
  after: Keyed | null,
) {
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

/** What a page of events means, each looked up by its key: planned as a join, it reads every entry there is. */
function factsOf(
  sql: Sql,
  { customerId, filters }: ExportRange & { customerId: string },
  page: readonly Keyed[],
  upTo: bigint,
) {
  return sql<ExportRow[]>`
    select ${sql.unsafe(FACT)}, u.pools::text as quantities
    from unnest(${page.map(({ opId }) => opId)}::uuid[]) with ordinality as k(op_id, place)
    cross join lateral (
      select * from ratebook.usage_fact f
      where f.op_id = k.op_id and (f.account_id = ${customerId}) is true
        and (f.bucket = ratebook.bucket_of(${customerId}::uuid)) is true offset 0) u
    left join ratebook.offering o on o.offering = u.offering
    where u.seq <= ${upTo} ${filterConditions(sql, filters)}
    order by k.place`;
}

/** Corrections that are no events: what was given back, and what of that was taken again. */
function correctionPage(sql: Sql, range: ExportRange, after: bigint, upTo: bigint) {
  return sql<(ExportRow & { seq: bigint })[]>`
    select ${sql.unsafe(FACT)}, '{}' as quantities, u.seq
    from ratebook.usage_fact u left join ratebook.offering o on o.offering = u.offering
    where ${ownFacts(sql, range, { after, to: upTo })} and u.entry_kind in ('grant', 'revoke')
    order by u.seq limit ${PAGE}`;
}

const FACT = `u.op_id as "opId", u.at, u.recorded_at as "recordedAt", u.offering, u.agent_id as "agentId", u.app_id as "appId",
  u.key_id as "keyId", u.user_id as "userId", u.tags, u.billing, u.corrects::text, u.requests::int8, u.tokens, u.amount,
  u.upstream, u.cost,
  case when u.is_correction then 'correction' when u.requests = 0 and u.parked = -1 then 'late price'
    when u.parked = 1 then 'parked' when u.requests = 0 then 'infrastructure' else 'usage' end as kind`;
const PAGE = 1_000;
