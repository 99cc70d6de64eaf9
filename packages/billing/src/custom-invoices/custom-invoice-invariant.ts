/**
 * The part of I12 that looks at invoices paid outside, as rows of `account_id`, `found` and `expected` where it is broken:
 * each recorded payment and refund is what the ledger posted, an invoice has been credited what it says, and money with
 * the contra account `clearing:invoice` came in by no other way.
 */
export const INVOICES_AS_PAID = `
  select p.customer_id as account_id, p.op_id::text as found, p.amount_nanos::text as expected
  from ratebook.custom_invoice_posting p
  left join ratebook.entry e on e.op_id = p.op_id and e.account_id = p.customer_id
  left join lateral (select coalesce(sum(d.debt_delta), 0) as incurred from ratebook.entry d
    where d.ref_id = p.op_id and d.account_id = p.customer_id and d.kind = 'debt_incurred') debt on true
  where e.amount - debt.incurred is distinct from p.amount_nanos or e.contra is distinct from 'clearing:invoice'
  union all
  select i.customer_id, 'custom invoice ' || i.id, (i.net_nanos - i.taken_nanos)::text
  from ratebook.custom_invoice i
  left join lateral (select coalesce(sum(p.amount_nanos), 0) as credits, coalesce(sum(p.total_nanos), 0) as total
    from ratebook.custom_invoice_posting p where p.custom_invoice_id = i.id) s on true
  where (s.credits, s.total) is distinct from
    (case when i.state = 'paid' then i.net_nanos - i.taken_nanos else 0 end,
     case when i.state = 'paid' then i.total_nanos - i.refunded_nanos else 0 end)
  union all
  select e.account_id, e.op_id::text, 'no invoice' from ratebook.entry e
  where e.contra = 'clearing:invoice' and e.kind in ('grant', 'revoke', 'adjustment')
    and not exists (select from ratebook.custom_invoice_posting p where p.op_id = e.op_id)`;
