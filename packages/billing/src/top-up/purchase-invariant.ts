/**
 * The part of I12 that looks at purchases, as rows of `account_id`, `found` and `expected` where it is broken: what was
 * credited for each is what its order says, and money of a real rail came in by no other way. Orders that asked no rail
 * (`nothing`) belong to whoever wrote them. Token payments are credited as the chain settled them, and in no other way.
 */
export const PURCHASES_AS_SETTLED = `
  select p.customer_id as account_id, p.op_id::text as found, p.amount_nanos::text as expected
  from ratebook.payment_posting p
  left join ratebook.entry e on e.op_id = p.op_id and e.account_id = p.customer_id
  left join lateral (select coalesce(sum(d.debt_delta), 0) as incurred from ratebook.entry d
    where d.ref_id = p.op_id and d.account_id = p.customer_id and d.kind = 'debt_incurred') debt on true
  where e.amount - debt.incurred is distinct from p.amount_nanos
  union all
  select o.customer_id, 'order ' || o.id, (o.credits_nanos - o.credits_taken_nanos)::text || ' and '
    || (o.bonus_nanos - o.bonus_taken_nanos)::text
  from ratebook.payment_order o
  left join lateral (select
      coalesce(sum(p.amount_nanos) filter (where p.part = 'credits'), 0) as credits,
      coalesce(sum(p.amount_nanos) filter (where p.part = 'bonus'), 0) as bonus
    from ratebook.payment_posting p where p.order_id = o.id) s on true
  where o.request ->> 'ask' <> 'nothing' and (s.credits, s.bonus) is distinct from
    (case when o.state = 'settled' then o.credits_nanos - o.credits_taken_nanos else 0 end,
     case when o.state = 'settled' then o.bonus_nanos - o.bonus_taken_nanos else 0 end)
  union all
  select e.account_id, e.op_id::text, 'no purchase' from ratebook.entry e
  where e.contra = 'clearing:stripe' and e.kind in ('grant', 'revoke')
    and exists (select from ratebook.payment_order o where o.customer_id = e.account_id and o.gateway = 'stripe'
      and o.request ->> 'ask' <> 'nothing')
    and not exists (select from ratebook.payment_posting p where p.op_id = e.op_id)
  union all
  select s.customer_id, coalesce(e.amount::text, 'no entry'), 'token payment ' || s.credits_nanos
  from ratebook.x402_settlement s
  left join ratebook.entry e on e.op_id = s.op_id and e.account_id = s.customer_id and e.kind = 'grant'
  where s.state = 'settled' and e.amount is distinct from s.credits_nanos
  union all
  select e.account_id, e.op_id::text, 'no token payment' from ratebook.entry e
  where e.contra = 'clearing:x402' and e.kind = 'grant'
    and not exists (select from ratebook.x402_settlement s where s.op_id = e.op_id and s.state = 'settled')`;
