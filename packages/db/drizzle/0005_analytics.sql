-- Rollups of usage: what an entry means for them, and the job that adds entries once.

-- The tags of an event's metadata, sorted: its `tag`, the texts of a list `tags`, or `name:value` of an object `tags`. At
-- most the first ten of 100 characters each, so that what one event says cannot make a row of a rollup grow.
create function ratebook.usage_tags(p_metadata jsonb) returns text[]
language sql immutable strict parallel safe as $$
  select coalesce(array_agg(tag order by tag collate "C"), '{}') from (
    select left(said.tag, 100) as tag from (
      select p_metadata ->> 'tag' as tag, 0::bigint as place where jsonb_typeof(p_metadata -> 'tag') = 'string'
      union all
      select p_metadata ->> 'tags', 1 where jsonb_typeof(p_metadata -> 'tags') = 'string'
      union all
      select item.value #>> '{}', item.place from jsonb_array_elements(
        case when jsonb_typeof(p_metadata -> 'tags') = 'array' then p_metadata -> 'tags' else '[]' end)
        with ordinality as item(value, place)
      where jsonb_typeof(item.value) in ('string', 'number', 'boolean')
      union all
      select item.key || ':' || (item.value #>> '{}'), row_number() over (order by item.key collate "C") from jsonb_each(
        case when jsonb_typeof(p_metadata -> 'tags') = 'object' then p_metadata -> 'tags' else '{}' end) as item
      where jsonb_typeof(item.value) in ('string', 'number', 'boolean')) said
    where said.tag <> ''
    group by left(said.tag, 100) order by min(said.place), left(said.tag, 100) collate "C" limit 10) kept
$$;

-- What each entry means for usage: a usage event, or a posting that corrects one. A correction has the dimensions of the
-- event it corrects and counts at its own instant. Rating what was parked adds money to requests that were counted before.
--
-- Events are looked up by their key alone, one by one: `offset 0` and `is true` keep the planner from reading all of an
-- account's events for each entry, which it does where tables were never analysed.
create view ratebook.usage_fact as
select e.bucket, e.account_id, e.seq, e.op_id, e.kind as entry_kind, e.created_at as recorded_at,
  own.is_correction,
  coalesce(u.occurred_at, e.created_at) as at,
  coalesce(o.op_id, t.op_id) as corrects, coalesce(o.occurred_at, t.occurred_at) as corrected_at,
  -- A re-rating's own event names nothing but the offering.
  coalesce(o.offering, t.offering, u.offering, '') as offering, coalesce(o.billing, t.billing, u.billing) as billing,
  coalesce(o.agent_id, t.agent_id, u.agent_id, '') as agent_id, coalesce(o.app_id, t.app_id, u.app_id, '') as app_id,
  coalesce(o.key_id, t.key_id, u.key_id, '') as key_id, coalesce(o.user_id, t.user_id, u.user_id, '') as user_id,
  case when tagged.metadata ?| '{tag,tags}' then ratebook.usage_tags(tagged.metadata) else '{}' end as tags,
  own.requests,
  case when u.outcome <> 'completed' then own.requests else 0 end as failed,
  case when u.state = 'parked' then 1 when p.op_id is not null then -1 else 0 end as parked,
  own.bills,
  case when own.requests = 1 then (
    select coalesce(floor(sum(pool.value::numeric)), 0)::bigint from json_each_text(u.pools) as pool
    where pool.key like '%\_tokens') else 0 end as tokens,
  own.amount,
  own.is_correction::integer as corrections,
  case when own.is_correction then own.amount else 0 end as corrected,
  case when u.billing = 'platform' then u.list_cost else 0 end as upstream,
  case when u.billing = 'byok' then u.list_cost else 0 end as byok_upstream,
  case when u.billing = 'platform' then coalesce(u.own_cost, u.list_cost) else 0 end as cost,
  u.pools
from ratebook.entry e
left join lateral (
  select * from ratebook.usage_event u
  where u.op_id = case when e.kind in ('debit', 'settle', 'parked') then e.op_id end
    and (u.account_id = e.account_id) is true and (u.bucket = e.bucket) is true offset 0) u on true
-- A parked event that this debit rates. (A settle's ref is its hold.)
left join lateral (
  select * from ratebook.usage_event p
  where p.op_id = case when e.kind = 'debit' then e.ref_id end
    and (p.account_id = e.account_id) is true and (p.bucket = e.bucket) is true and (p.state = 'parked') is true
    offset 0) p on true
-- Only a re-rating writes such a line; what it corrects stands in its metadata. A revocation takes back a grant.
left join lateral (
  select * from ratebook.usage_event t
  where t.op_id = case
      when u.pools::text = '{}' and u.lines #>> '{0,outcome}' = 'rerated' then (u.metadata ->> 'rerates')::uuid
      when e.kind = 'grant' then e.ref_id
      when e.kind = 'revoke' then ratebook.granted_for(e.bucket, e.account_id, e.ref_id) end
    and (t.account_id = e.account_id) is true and (t.bucket = e.bucket) is true offset 0) t on true
-- What was corrected may itself be the debit of a re-rating.
left join lateral (
  select * from ratebook.usage_event o
  where o.op_id = case
      when t.pools::text = '{}' and t.lines #>> '{0,outcome}' = 'rerated' then (t.metadata ->> 'rerates')::uuid end
    and (o.account_id = e.account_id) is true and (o.bucket = e.bucket) is true offset 0) o on true
cross join lateral (select coalesce(o.metadata, t.metadata, u.metadata) as metadata) tagged
cross join lateral (select
  t.op_id is not null as is_correction,
  case when t.op_id is null and p.op_id is null and e.contra is distinct from 'revenue:infrastructure' then 1 else 0 end
    as requests,
  case when t.op_id is null and p.op_id is null and e.contra = 'revenue:infrastructure' then 1 else 0 end as bills,
  case e.kind when 'grant' then -e.asked when 'revoke' then e.asked else u.amount end as amount) own
where (e.kind in ('debit', 'settle', 'parked') and u.op_id is not null)
  or (e.kind in ('grant', 'revoke') and e.ref_id is not null and t.op_id is not null);

-- A stretch of a wallet's entries: after one seq, up to another.
create type ratebook.usage_stretch as (bucket smallint, account_id uuid, after_seq bigint, to_seq bigint);

-- Adds what stretches of entries mean to every rollup. Whoever calls it holds the wallets' rows of usage_rolled.
create function ratebook.add_usage(p_stretches ratebook.usage_stretch[]) returns void
language sql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
with fact as materialized (
  select f.* from unnest(p_stretches) as s
  join ratebook.usage_fact f on f.bucket = s.bucket and f.account_id = s.account_id
    and f.seq > s.after_seq and f.seq <= s.to_seq),
quarter as materialized (
  select bucket, account_id, date_bin('15 minutes', at, 'epoch') as start,
    encode(substr(sha256(convert_to(jsonb_build_array(offering, billing, agent_id, app_id, key_id, user_id, tags)::text,
      'UTF8')), 1, 16), 'hex')::uuid as slice,
    offering, billing, agent_id, app_id, key_id, user_id, tags, sum(requests) as requests, sum(failed) as failed,
    sum(parked) as parked, sum(bills) as bills, sum(tokens) as tokens, sum(amount) as amount, sum(corrections) as corrections,
    sum(corrected) as corrected, sum(upstream) as upstream, sum(byok_upstream) as byok_upstream, sum(cost) as cost
  from fact
  group by bucket, account_id, date_bin('15 minutes', at, 'epoch'), offering, billing, agent_id, app_id, key_id, user_id, tags),
add_quarter as (
  insert into ratebook.usage_quarter as q (bucket, account_id, start, slice, offering, billing, agent_id, app_id, key_id,
    user_id, tags, requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select * from quarter
  on conflict (bucket, account_id, start, slice) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost),
add_hour_offering as (
  insert into ratebook.usage_hour_offering as q (bucket, account_id, start, offering, billing,
    requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select bucket, account_id, date_bin('1 hour', start, 'epoch'), offering, billing, sum(requests), sum(failed), sum(parked),
    sum(bills), sum(tokens), sum(amount), sum(corrections), sum(corrected), sum(upstream), sum(byok_upstream), sum(cost)
  from quarter group by bucket, account_id, date_bin('1 hour', start, 'epoch'), offering, billing
  on conflict (bucket, account_id, start, offering, billing) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost),
day as materialized (
  select bucket, account_id, (start at time zone 'UTC')::date as day, slice,
    offering, billing, agent_id, app_id, key_id, user_id, tags, sum(requests) as requests, sum(failed) as failed,
    sum(parked) as parked, sum(bills) as bills, sum(tokens) as tokens, sum(amount) as amount, sum(corrections) as corrections,
    sum(corrected) as corrected, sum(upstream) as upstream, sum(byok_upstream) as byok_upstream, sum(cost) as cost
  from quarter
  group by bucket, account_id, (start at time zone 'UTC')::date, slice, offering, billing, agent_id, app_id, key_id, user_id, tags),
add_day as (
  insert into ratebook.usage_day as q (bucket, account_id, day, slice, offering, billing, agent_id, app_id, key_id,
    user_id, tags, requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select * from day
  on conflict (bucket, account_id, day, slice) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost),
add_day_offering as (
  insert into ratebook.usage_day_offering as q (bucket, account_id, day, offering, billing,
    requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select bucket, account_id, day, offering, billing, sum(requests), sum(failed), sum(parked), sum(bills), sum(tokens), sum(amount),
    sum(corrections), sum(corrected), sum(upstream), sum(byok_upstream), sum(cost)
  from day group by bucket, account_id, day, offering, billing
  on conflict (bucket, account_id, day, offering, billing) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost),
-- Rows that every account's usage adds to, so each transaction takes them in one order.
add_day_total as (
  insert into ratebook.usage_day_total as q (day, offering, billing,
    requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select day, offering, billing, sum(requests), sum(failed), sum(parked), sum(bills), sum(tokens), sum(amount),
    sum(corrections), sum(corrected), sum(upstream), sum(byok_upstream), sum(cost)
  from day group by day, offering, billing order by day, offering, billing
  on conflict (day, offering, billing) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost)
insert into ratebook.usage_day_change as q
  (bucket, account_id, day, late_events, late_amount, corrections, corrected, changed_at)
select bucket, account_id, day, count(*) filter (where not is_correction),
  coalesce(sum(amount) filter (where not is_correction), 0), count(*) filter (where is_correction),
  coalesce(sum(amount) filter (where is_correction), 0), max(recorded_at)
from (
  select bucket, account_id, is_correction, amount, recorded_at,
    (coalesce(corrected_at, at) at time zone 'UTC')::date as day
  from fact) f
-- A day is closed an hour after its end, so that a batch sent at midnight is not yet late.
where recorded_at >= ((day + 1)::timestamp at time zone 'UTC') + interval '1 hour'
group by bucket, account_id, day
on conflict (bucket, account_id, day) do update set late_events = q.late_events + excluded.late_events,
  late_amount = q.late_amount + excluded.late_amount, corrections = q.corrections + excluded.corrections,
  corrected = q.corrected + excluded.corrected, changed_at = greatest(q.changed_at, excluded.changed_at)
$$;

-- Wallets with entries that are not in the rollups yet. Most have none, so both tables are read whole and compared, which
-- the settings of its callers would forbid.
create function ratebook.usage_behind() returns setof ratebook.usage_stretch
language sql stable rows 100
set enable_seqscan = on set enable_hashjoin = on
as $$
  select w.bucket, w.account_id, coalesce(r.seq, 0), w.seq from ratebook.wallet w
  left join ratebook.usage_rolled r on r.bucket = w.bucket and r.account_id = w.account_id
  where w.seq > coalesce(r.seq, 0)
$$;

-- What is not in the rollups yet, of one wallet or of all; as of the snapshot of the statement that calls it, so that
-- rollups and this together are exact at any moment. Each wallet is read from its watermark on.
create function ratebook.unrolled_usage(p_account uuid default null) returns setof ratebook.usage_fact
language plpgsql stable rows 1000
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
declare
  s ratebook.usage_stretch;
begin
  if p_account is null then
    for s in select * from ratebook.usage_behind() loop
      return query select * from ratebook.usage_fact f
        where f.bucket = s.bucket and f.account_id = s.account_id and f.seq > s.after_seq;
    end loop;
  else
    return query select * from ratebook.usage_fact f
      where f.bucket = ratebook.bucket_of(p_account) and f.account_id = p_account
        and f.seq > coalesce((select r.seq from ratebook.usage_rolled r
          where r.bucket = ratebook.bucket_of(p_account) and r.account_id = p_account), 0);
  end if;
end $$;

-- Moves the rollups on by about `p_entries` entries, whole wallets where they fit; returns how many it passed, 0 where
-- nothing is left. An entry is seen with all before it, because a wallet's entries are written under its lock: no
-- transaction in flight can be skipped, and no clock decides. Safe to run at once with itself and to kill at any moment.
create function ratebook.roll_usage(p_entries integer) returns bigint
language plpgsql as $$
declare
  stretches ratebook.usage_stretch[];
  passed bigint;
begin
  insert into ratebook.usage_rolled (bucket, account_id, seq)
  select w.bucket, w.account_id, 0 from ratebook.wallet w
  where w.seq > 0 and not exists (
    select from ratebook.usage_rolled r where r.bucket = w.bucket and r.account_id = w.account_id)
  order by w.bucket, w.account_id limit 1000
  on conflict do nothing;
  select array_agg(row(bucket, account_id, seq, to_seq)::ratebook.usage_stretch), sum(to_seq - seq) into stretches, passed
  from (
    select b.*, sum(to_seq - seq) over (order by bucket, account_id rows between unbounded preceding and 1 preceding) as before
    from (
      select r.bucket, r.account_id, r.seq, least(w.seq, r.seq + p_entries) as to_seq
      from ratebook.usage_rolled r
      join ratebook.wallet w on w.bucket = r.bucket and w.account_id = r.account_id
      where w.seq > r.seq
      order by r.bucket, r.account_id limit 500 for update of r skip locked) b) b
  where coalesce(before, 0) < p_entries;
  if stretches is null then return 0; end if;
  perform ratebook.add_usage(stretches);
  update ratebook.usage_rolled r set seq = s.to_seq
  from unnest(stretches) as s where r.bucket = s.bucket and r.account_id = s.account_id;
  return passed;
end $$;

-- Makes one wallet's rollups anew from its entries, up to where they had been rolled.
create function ratebook.rebuild_usage(p_account uuid) returns void
language plpgsql as $$
declare
  rolled ratebook.usage_rolled;
  counted ratebook.usage_day_offering[];
begin
  select * into rolled from ratebook.usage_rolled
  where bucket = ratebook.bucket_of(p_account) and account_id = p_account for update;
  if not found then return; end if;
  select array_agg(d) into counted from ratebook.usage_day_offering d
  where bucket = rolled.bucket and account_id = p_account;
  delete from ratebook.usage_quarter where bucket = rolled.bucket and account_id = p_account;
  delete from ratebook.usage_hour_offering where bucket = rolled.bucket and account_id = p_account;
  delete from ratebook.usage_day where bucket = rolled.bucket and account_id = p_account;
  delete from ratebook.usage_day_offering where bucket = rolled.bucket and account_id = p_account;
  delete from ratebook.usage_day_change where bucket = rolled.bucket and account_id = p_account;
  perform ratebook.add_usage(array[row(rolled.bucket, p_account, 0, rolled.seq)::ratebook.usage_stretch]);
  -- Last, because others wait for these rows: what the wallet had in everybody's sums goes out again.
  insert into ratebook.usage_day_total as q (day, offering, billing,
    requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select day, offering, billing, -requests, -failed, -parked, -bills, -tokens, -amount, -corrections, -corrected, -upstream,
    -byok_upstream, -cost
  from unnest(counted) order by day, offering, billing
  on conflict (day, offering, billing) do update set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed, parked = q.parked + excluded.parked, bills = q.bills + excluded.bills,
    tokens = q.tokens + excluded.tokens,
    amount = q.amount + excluded.amount, corrections = q.corrections + excluded.corrections,
    corrected = q.corrected + excluded.corrected, upstream = q.upstream + excluded.upstream,
    byok_upstream = q.byok_upstream + excluded.byok_upstream, cost = q.cost + excluded.cost;
end $$;

-- Makes everybody's sums anew from the accounts'. Nobody rolls meanwhile; who has not added to these rows yet adds to the
-- new ones.
create function ratebook.rebuild_usage_totals() returns void
language plpgsql as $$
begin
  lock table ratebook.usage_day_total in exclusive mode;
  delete from ratebook.usage_day_total;
  insert into ratebook.usage_day_total (day, offering, billing,
    requests, failed, parked, bills, tokens, amount, corrections, corrected, upstream, byok_upstream, cost)
  select day, offering, billing, sum(requests), sum(failed), sum(parked), sum(bills), sum(tokens), sum(amount),
    sum(corrections), sum(corrected), sum(upstream), sum(byok_upstream), sum(cost)
  from ratebook.usage_day_offering group by day, offering, billing;
end $$;

-- Nobody misses lines of a download that a crash ended.
alter table ratebook.usage_export_line set unlogged;
