/**
 * A row for each wallet and day, or day of all wallets, whose rollups are not what its usage events and corrections add up to, as far as they
 * were rolled. Written without the view the rollups are made by: money and requests come from events and entries anew.
 */
export const ROLLUPS_ARE_EVENTS = `
  with fact as (
    select e.account_id, (u.occurred_at at time zone 'UTC')::date as day, u.amount,
      case when u.billing = 'platform' then u.list_cost else 0 end as upstream
    from ratebook.usage_event u
    join ratebook.entry e on e.bucket = u.bucket and e.account_id = u.account_id and e.op_id = u.op_id
    join ratebook.usage_rolled r on r.bucket = e.bucket and r.account_id = e.account_id and e.seq <= r.seq
    union all
    select e.account_id, (e.created_at at time zone 'UTC')::date, case e.kind when 'grant' then -e.asked else e.asked end, 0
    from ratebook.entry e
    join ratebook.usage_rolled r on r.bucket = e.bucket and r.account_id = e.account_id and e.seq <= r.seq
    where (e.kind = 'grant' and exists (select from ratebook.usage_event u
        where u.bucket = e.bucket and u.account_id = e.account_id and u.op_id = e.ref_id))
      or (e.kind = 'revoke' and exists (select from ratebook.entry g
        join ratebook.usage_event u on u.bucket = g.bucket and u.account_id = g.account_id and u.op_id = g.ref_id
        where g.bucket = e.bucket and g.account_id = e.account_id and g.op_id = e.ref_id and g.kind = 'grant'))),
  told as (select account_id, day, sum(amount) as amount, sum(upstream) as upstream from fact group by 1, 2),
  quarters as (
    select account_id, (start at time zone 'UTC')::date as day, sum(amount) as amount, sum(upstream) as upstream,
      sum(requests) as requests, sum(tokens) as tokens, sum(cost) as cost, sum(parked) as parked
    from ratebook.usage_quarter group by 1, 2),
  by_offering as (
    select bucket, account_id, date_bin('1 hour', start, 'epoch') as start, offering, billing, sum(amount) as amount, sum(upstream) as upstream,
      sum(requests) as requests, sum(tokens) as tokens, sum(cost) as cost, sum(parked) as parked
    from ratebook.usage_quarter group by 1, 2, 3, 4, 5),
  days as (
    select account_id, day, sum(amount) as amount, sum(upstream) as upstream, sum(requests) as requests,
      sum(tokens) as tokens, sum(cost) as cost, sum(parked) as parked
    from ratebook.usage_day group by 1, 2),
  offerings as (
    select account_id, day, sum(amount) as amount, sum(upstream) as upstream, sum(requests) as requests,
      sum(tokens) as tokens, sum(cost) as cost, sum(parked) as parked
    from ratebook.usage_day_offering group by 1, 2)
  select coalesce(t.account_id, q.account_id) as account_id, coalesce(t.day, q.day)::text as day,
    t.amount::text as events, q.amount::text as rollup
  from told t full join quarters q on q.account_id = t.account_id and q.day = t.day
  where (t.amount, t.upstream) is distinct from (q.amount, q.upstream)
  union all
  select coalesce(q.account_id, d.account_id), coalesce(q.day, d.day)::text, q.amount::text, d.amount::text
  from quarters q full join days d on d.account_id = q.account_id and d.day = q.day
  where (q.amount, q.upstream, q.requests, q.tokens, q.cost, q.parked)
    is distinct from (d.amount, d.upstream, d.requests, d.tokens, d.cost, d.parked)
  union all
  select coalesce(q.account_id, o.account_id), coalesce(q.day, o.day)::text, q.amount::text, o.amount::text
  from quarters q full join offerings o on o.account_id = q.account_id and o.day = q.day
  where (q.amount, q.upstream, q.requests, q.tokens, q.cost, q.parked)
    is distinct from (o.amount, o.upstream, o.requests, o.tokens, o.cost, o.parked)
  union all
  select coalesce(q.account_id, o.account_id), coalesce(q.start, o.start)::text, q.amount::text, o.amount::text
  from by_offering q full join ratebook.usage_hour_offering o
    using (bucket, account_id, start, offering, billing)
  where (q.amount, q.upstream, q.requests, q.tokens, q.cost, q.parked)
    is distinct from (o.amount, o.upstream, o.requests, o.tokens, o.cost, o.parked)
  union all
  select null, coalesce(o.day, e.day)::text, o.amount::text, e.amount::text
  from (select day, offering, billing, sum(amount) as amount, sum(requests) as requests, sum(tokens) as tokens, sum(cost) as cost
        from ratebook.usage_day_offering group by 1, 2, 3) o
  full join ratebook.usage_day_total e on e.day = o.day and e.offering = o.offering and e.billing = o.billing
  where (coalesce(o.amount, 0), coalesce(o.requests, 0), coalesce(o.tokens, 0), coalesce(o.cost, 0))
    <> (coalesce(e.amount, 0), coalesce(e.requests, 0), coalesce(e.tokens, 0), coalesce(e.cost, 0))
  union all
  select r.account_id, null, r.seq::text, w.seq::text from ratebook.usage_rolled r
  left join ratebook.wallet w on w.bucket = r.bucket and w.account_id = r.account_id
  where w.seq is null or r.seq > w.seq`;
