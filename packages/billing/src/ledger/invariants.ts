import { ROLLUPS_ARE_EVENTS } from "../analytics/rollup-invariant.ts";

/** A statement about the books that holds at any moment between transactions, once due wallets are rolled. */
export type Invariant = {
  id: string;
  sentence: string;
  /** A query that returns a row for each place where it does not hold. */
  sql: string;
};

/**
 * The invariants that SQL can decide. I10 (acknowledged operations are in the ledger) needs the acknowledgements, which
 * the crash test keeps; I14 (the journal balances) reads the exported journal.
 */
export const INVARIANTS: readonly Invariant[] = [
  {
    id: "I1",
    sentence: "held is between 0 and the balance",
    sql: "select account_id, balance, held from ratebook.wallet where not (held >= 0 and held <= balance)",
  },
  {
    id: "I2",
    sentence: "the balance is what was granted less consumed, forfeited and revoked",
    sql: `select account_id, balance, granted, consumed, forfeited, revoked from ratebook.wallet
          where balance <> granted - consumed - forfeited - revoked`,
  },
  {
    id: "I3",
    sentence: "balance, held and debt are the sums of the wallet's entries",
    sql: `select w.account_id, w.balance, s.balance as entries_balance, w.held, s.held as entries_held, w.debt, s.debt as entries_debt
          from ratebook.wallet w
          left join (select bucket, account_id, sum(amount) as balance, sum(held_delta) as held, sum(debt_delta) as debt
                     from ratebook.entry group by bucket, account_id) s using (bucket, account_id)
          where (w.balance, w.held, w.debt) is distinct from (coalesce(s.balance, 0), coalesce(s.held, 0), coalesce(s.debt, 0))
          union all
          select e.account_id, null, null, null, null, null, null from ratebook.entry e
          where not exists (select from ratebook.wallet w where w.bucket = e.bucket and w.account_id = e.account_id)`,
  },
  {
    id: "I4",
    sentence: "a wallet's entries are numbered 1, 2, 3 … up to the wallet's seq",
    sql: `select account_id, seq, place from (
            select account_id, seq, row_number() over (partition by bucket, account_id order by seq) as place from ratebook.entry) n
          where seq <> place
          union all
          select w.account_id, w.seq, count(e.seq) from ratebook.wallet w
          left join ratebook.entry e on e.bucket = w.bucket and e.account_id = w.account_id
          group by w.bucket, w.account_id, w.seq having w.seq <> count(e.seq)`,
  },
  {
    id: "I5",
    sentence: "each entry moves the running balance, held and debt by exactly its own amounts",
    sql: `select account_id, seq from (
            select account_id, seq, amount, held_delta, debt_delta, balance_after, held_after, debt_after,
              lag(balance_after, 1, 0::bigint) over w as balance_before, lag(held_after, 1, 0::bigint) over w as held_before,
              lag(debt_after, 1, 0::bigint) over w as debt_before
            from ratebook.entry window w as (partition by bucket, account_id order by seq)) e
          where balance_after - balance_before <> amount or held_after - held_before <> held_delta
            or debt_after - debt_before <> debt_delta`,
  },
  {
    id: "I6",
    sentence:
      "held is the sum of open holds, of a wallet and of a budget's period; a hold is resolved at most once",
    sql: `select w.account_id, w.held::text as found, coalesce(h.held, 0)::text as expected from ratebook.wallet w
          left join (select bucket, account_id, sum(amount) as held from ratebook.hold where state = 'open'
                     group by bucket, account_id) h using (bucket, account_id)
          where w.held <> coalesce(h.held, 0)
          union all
          select account_id, ref_id::text, 'resolved ' || count(*) || ' times' from ratebook.entry
          where kind in ('settle', 'release') group by bucket, account_id, ref_id having count(*) > 1
          union all
          select account_id, ref_id::text, 'expired ' || count(*) || ' times' from ratebook.entry
          where kind = 'hold_expired' group by bucket, account_id, ref_id having count(*) > 1
          union all
          select h.account_id, h.hold_id::text, 'kept though resolved' from ratebook.hold h
          join ratebook.entry e on e.ref_id = h.hold_id and e.account_id = h.account_id and e.bucket = h.bucket
          where e.kind in ('settle', 'release') or (e.kind = 'hold_expired' and h.state = 'open')
          union all
          select c.account_id, c.held::text, coalesce(h.held, 0)::text from ratebook.budget_counter c
          left join (select o.bucket, o.account_id, b."budgetId" as budget_id, b."periodStart" as period_start, sum(o.amount) as held
                     from ratebook.hold o
                     cross join lateral jsonb_to_recordset(o.budgets) as b("budgetId" uuid, "periodStart" timestamptz)
                     where o.state = 'open' group by 1, 2, 3, 4) h using (bucket, account_id, budget_id, period_start)
          where c.held <> coalesce(h.held, 0)`,
  },
  {
    id: "I7",
    sentence:
      "the balance is what grants have left, less consumption not attributed yet; a grant keeps between 0 and its amount",
    sql: `select w.account_id, w.balance, coalesce(g.remaining, 0) as remaining, w.consumed, w.allocated from ratebook.wallet w
          left join (select bucket, account_id, sum(remaining) as remaining,
                       bool_and(remaining >= 0 and remaining <= amount) as sane
                     from ratebook."grant" group by bucket, account_id) g using (bucket, account_id)
          where w.balance <> coalesce(g.remaining, 0) - (w.consumed - w.allocated) or not coalesce(g.sane, true)`,
  },
  {
    id: "I8",
    sentence: "expired grants keep nothing beyond what open holds cover",
    sql: `select w.account_id, w.held, sum(g.remaining) as kept from ratebook.wallet w
          join ratebook."grant" g on g.bucket = w.bucket and g.account_id = w.account_id
          where g.remaining > 0 and g.expires_at < w.next_event_at
          group by w.bucket, w.account_id having sum(g.remaining) - (w.consumed - w.allocated) > w.held`,
  },
  {
    id: "I9",
    sentence: "an operation id posts at most once per account, and its usage event belongs to that posting",
    sql: `select account_id, op_id, count(*)::text as problem from ratebook.entry
          group by bucket, account_id, op_id having count(*) > 1
          union all
          select u.account_id, u.op_id, 'a usage event without its entry' from ratebook.usage_event u
          left join ratebook.entry e on e.op_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket
          where e.op_id is null or e.kind not in ('debit', 'settle', 'parked') or (e.kind = 'parked') <> (u.state = 'parked')`,
  },
  {
    id: "I11",
    sentence:
      "allocations tile what is attributed, without gap or overlap, and add up to what each grant paid",
    sql: `select account_id, consumed_from::text as found, expected::text from (
            select account_id, consumed_from,
              lag(consumed_to, 1, 0::bigint) over (partition by bucket, account_id order by consumed_to) as expected
            from ratebook.allocation) a
          where consumed_from <> expected
          union all
          select w.account_id, coalesce(max(a.consumed_to), 0)::text, w.allocated::text from ratebook.wallet w
          left join ratebook.allocation a on a.bucket = w.bucket and a.account_id = w.account_id
          group by w.bucket, w.account_id, w.allocated having coalesce(max(a.consumed_to), 0) <> w.allocated
          union all
          select g.account_id, (g.amount - g.remaining)::text, (coalesce(a.paid, 0) + coalesce(e.lost, 0))::text
          from ratebook."grant" g
          left join (select bucket, account_id, grant_id, sum(consumed_to - consumed_from) as paid from ratebook.allocation
                     group by bucket, account_id, grant_id) a using (bucket, account_id, grant_id)
          left join (select bucket, account_id, ref_id as grant_id, -sum(amount) as lost from ratebook.entry
                     where kind in ('forfeit', 'revoke') group by bucket, account_id, ref_id) e using (bucket, account_id, grant_id)
          where g.amount - g.remaining <> coalesce(a.paid, 0) + coalesce(e.lost, 0)`,
  },
  {
    id: "I12",
    sentence:
      "credits granted are the grants less what was revoked, and consumption by usage plus its debt is what usage events say",
    sql: `select w.account_id, (w.granted - w.revoked)::text as found, (coalesce(g.amount, 0) + coalesce(e.revoked, 0))::text as expected
          from ratebook.wallet w
          left join (select bucket, account_id, sum(amount) as amount from ratebook."grant" group by bucket, account_id) g
            using (bucket, account_id)
          left join (select bucket, account_id, sum(amount) as revoked from ratebook.entry where kind = 'revoke'
                     group by bucket, account_id) e using (bucket, account_id)
          where w.granted - w.revoked <> coalesce(g.amount, 0) + coalesce(e.revoked, 0)
          union all
          select account_id, coalesce(e.due, 0)::text, coalesce(u.amount, 0)::text from (
            select bucket, account_id, sum(debt_delta - amount) as due from ratebook.entry
            where contra = 'revenue:usage' and kind in ('debit', 'settle', 'debt_incurred') group by bucket, account_id) e
          full join (select bucket, account_id, sum(amount) as amount from ratebook.usage_event u
                     where exists (select from ratebook.entry e where e.op_id = u.op_id and e.account_id = u.account_id
                                     and e.bucket = u.bucket and e.contra is not distinct from 'revenue:usage')
                     group by bucket, account_id) u using (bucket, account_id)
          where coalesce(e.due, 0) <> coalesce(u.amount, 0)`,
  },
  {
    id: "I13",
    sentence: "what each usage entry took plus the debt it incurred is the sum of its receipt's lines",
    sql: `select u.account_id, u.op_id, debt.incurred - e.amount as due, u.amount, lines.amount as lines
          from ratebook.usage_event u
          join ratebook.entry e on e.op_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket
          cross join lateral (select coalesce(sum(d.debt_delta), 0) as incurred from ratebook.entry d
            where d.bucket = e.bucket and d.account_id = e.account_id and d.seq = e.seq + 1 and d.kind = 'debt_incurred'
              and d.ref_id = e.op_id) debt
          cross join lateral (select coalesce(sum((line ->> 'amount')::numeric), 0) as amount
            from json_array_elements(u.lines) as line) lines
          where debt.incurred - e.amount <> u.amount or u.amount <> lines.amount`,
  },
  {
    id: "I15",
    sentence: "nothing leaves debt beside non-promotional credits that it freed or added",
    // An operation's entry, with what it caused, is one chain; holds that expired at one instant are one too.
    sql: `with linked as (
            select e.*, lag(kind) over w as previous, lag(created_at) over w as previous_at from ratebook.entry e
            window w as (partition by bucket, account_id order by seq)),
          chained as (
            select l.*, count(*) filter (where not (kind in ('debt_incurred', 'forfeit', 'debt_repaid')
                or (kind = 'hold_expired' and previous = 'hold_expired' and previous_at = created_at)))
              over (partition by bucket, account_id order by seq) as chain from linked l),
          chain_end as (
            select distinct on (bucket, account_id, chain) bucket, account_id, seq, created_at,
              balance_after - held_after as available, debt_after, consumed_after, first_value(kind) over c as first_kind,
              first_value(late) over c as first_late, first_value(op_id) over c as first_op
            from chained window c as (partition by bucket, account_id, chain order by seq)
            order by bucket, account_id, chain, seq desc)
          select c.account_id, c.seq, c.debt_after as debt, left_over.credits
          from chain_end c
          cross join lateral (
            select coalesce(sum(g.amount
              - coalesce((select sum(least(a.consumed_to, c.consumed_after) - a.consumed_from) from ratebook.allocation a
                          where a.bucket = g.bucket and a.account_id = g.account_id and a.grant_id = g.grant_id
                            and a.consumed_from < c.consumed_after), 0)
              + coalesce((select sum(x.amount) from ratebook.entry x
                          where x.bucket = g.bucket and x.account_id = g.account_id and x.ref_id = g.grant_id
                            and x.kind in ('forfeit', 'revoke') and x.seq <= c.seq), 0)), 0) as credits
            from ratebook."grant" g
            where g.bucket = c.bucket and g.account_id = c.account_id and g.seq <= c.seq and g.category <> 'promotional'
              and g.expires_at > c.created_at) left_over
          where c.debt_after > 0 and c.available > 0 and left_over.credits > 0
            and ((c.first_kind in ('settle', 'release') and not c.first_late) or c.first_kind in ('hold_expired', 'revoke')
              or (c.first_kind in ('grant', 'adjustment') and exists (select from ratebook."grant" own
                  where own.bucket = c.bucket and own.account_id = c.account_id and own.grant_id = c.first_op
                    and own.category <> 'promotional')))`,
  },
  {
    id: "I16",
    sentence:
      "usage rollups are what usage events and their corrections add up to, as far as they were rolled",
    sql: ROLLUPS_ARE_EVENTS,
  },
];
