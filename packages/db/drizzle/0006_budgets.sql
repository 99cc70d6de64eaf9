-- Budgets and pauses: what the posting function asks and counts, and what sets them. Definitions are read and counters
-- moved under the wallet's lock, so a budget holds for every replica from the transaction that makes it.

-- First instant of the UTC day, week (from Monday) or month that an instant is in.
create function ratebook.period_start(p_period text, p_at timestamptz) returns timestamptz
language sql immutable strict parallel safe
return date_trunc(p_period, p_at at time zone 'UTC') at time zone 'UTC';
--> statement-breakpoint
-- The instant at which the next one starts.
create function ratebook.period_end(p_period text, p_start timestamptz) returns timestamptz
language sql immutable strict parallel safe
return (p_start at time zone 'UTC' + case p_period when 'day' then interval '1 day' when 'week' then interval '7 days'
  else interval '1 month' end) at time zone 'UTC';
--> statement-breakpoint
-- What of a budget's period is spent before the next of its levels is told; null where all of them were reached.
create function ratebook.next_alert(b ratebook.budget, p_spent bigint) returns bigint
language sql immutable as $$
  select min(level)::bigint
  from unnest(b.alert_percents) as percent, ceil(b.limit_nanos::numeric * percent / 100) as level
  where level > p_spent
$$;
--> statement-breakpoint
-- The pauses and budgets of everybody that a batch spends for, in the order in which the posting function meets the wallets;
-- of each wallet the pauses first, the oldest before others.
create function ratebook.limits_of(p_ops ratebook.request[], p_now timestamptz) returns setof ratebook.spending_limit
language sql stable as $$
  with spending as (
    select distinct o.bucket, o.account, s.subject, s.subject_id
    from unnest(p_ops) as o
    cross join lateral (values
      ('organization', ''), ('app', o.app_id), ('agent', o.agent_id), ('member', o.user_id), ('key', o.key_id)
    ) as s(subject, subject_id)
    where o.kind in ('debit', 'hold', 'settle') and s.subject_id is not null)
  select s.bucket, s.account, s.subject, s.subject_id, p.reason, p.paused_at, null::ratebook.budget, null::timestamptz,
    null::bigint, null::bigint, null::bigint
  from spending s
  join ratebook.spending_pause p on p.bucket = s.bucket and p.account_id = s.account
    and p.subject = s.subject and p.subject_id = s.subject_id
  union all
  select s.bucket, s.account, s.subject, s.subject_id, null, null, b, n.period_start, coalesce(c.spent, 0), coalesce(c.held, 0),
    ratebook.next_alert(b, coalesce(c.spent, 0))
  from spending s
  join ratebook.budget b on b.bucket = s.bucket and b.account_id = s.account
    and b.subject = s.subject and b.subject_id = s.subject_id
  cross join lateral (select ratebook.period_start(b.period, p_now) as period_start) n
  left join ratebook.budget_counter c on c.bucket = b.bucket and c.account_id = b.account_id
    and c.budget_id = b.budget_id and c.period_start = n.period_start
  order by 1, 2, 6 nulls last, 3, 4, 8
$$;
--> statement-breakpoint
-- What open holds reserve of a budget's period by now.
create function ratebook.reserved_by(l ratebook.spending_limit) returns bigint
language sql stable as $$
  select case when (l.budget).budget_id is not null then coalesce((
    select c.held from ratebook.budget_counter c
    where c.bucket = l.bucket and c.account_id = l.account and c.budget_id = (l.budget).budget_id
      and c.period_start = l.period_start), 0) end
$$;
--> statement-breakpoint
-- Why a pause refuses, for whoever is refused.
create function ratebook.pause_detail(l ratebook.spending_limit) returns text
language sql immutable
return jsonb_build_object('subject', l.subject, 'subjectId', l.subject_id, 'reason', l.reason)::text;
--> statement-breakpoint
-- Which budget has no room and until when, for whoever is refused.
create function ratebook.budget_detail(l ratebook.spending_limit) returns text
language sql immutable
return jsonb_build_object('budgetId', (l.budget).budget_id, 'subject', l.subject, 'subjectId', l.subject_id,
  'period', (l.budget).period, 'limit', (l.budget).limit_nanos::text,
  'resetsAt', ratebook.period_end((l.budget).period, l.period_start))::text;
--> statement-breakpoint
-- Announces the highest level that a period's spending reached just now, once for each period, level and limit; gives the
-- spending at which the next one is due.
create function ratebook.announce_budget(b ratebook.budget, p_start timestamptz, p_before bigint, p_spent bigint, p_at timestamptz)
returns bigint
language sql as $$
  insert into ratebook.outbox (bucket, account_id, id, kind, payload, created_at)
  select b.bucket, b.account_id, ratebook.derived_op_id('ledger:budget', concat_ws(':', b.budget_id,
      extract(epoch from p_start)::bigint, reached.percent, b.limit_nanos)), 'budget.reached',
    jsonb_build_object('budgetId', b.budget_id, 'subject', b.subject, 'subjectId', b.subject_id, 'period', b.period,
      'periodStart', p_start, 'resetsAt', ratebook.period_end(b.period, p_start), 'limit', b.limit_nanos::text,
      'spent', p_spent::text, 'percent', reached.percent, 'hard', b.hard), p_at
  from (
    select max(percent) as percent from unnest(b.alert_percents) as percent
    where p_before::numeric * 100 < b.limit_nanos::numeric * percent
      and p_spent::numeric * 100 >= b.limit_nanos::numeric * percent) reached
  where reached.percent is not null
  on conflict do nothing;
  select ratebook.next_alert(b, p_spent)
$$;
--> statement-breakpoint
-- A counter moves with nearly every operation of a limited wallet, and within its page.
alter table ratebook.budget_counter set (fillfactor = 50);
--> statement-breakpoint
-- Writes back the counters that a batch moved.
create function ratebook.store_counters(p_limits ratebook.spending_limit[], p_spent bigint[], p_held bigint[], p_moved boolean[])
returns void
language sql as $$
  insert into ratebook.budget_counter as c (bucket, account_id, budget_id, period_start, spent, held)
  select l.bucket, l.account, (l.budget).budget_id, l.period_start, l.now_spent, l.now_held
  from rows from (unnest(p_limits), unnest(p_spent), unnest(p_held), unnest(p_moved)) as l(bucket, account, subject, subject_id,
    reason, paused_at, budget, period_start, spent, held, next_alert, now_spent, now_held, moved)
  where l.moved
  on conflict (bucket, account_id, budget_id, period_start) do update set spent = excluded.spent, held = excluded.held
$$;
--> statement-breakpoint
-- Gives a corrected debit's amount back to the budgets it counted against, in the periods it counted in: its hold's, where it
-- settled one, or that in which a budget was made while the hold was open. Below 0, takes what was given back again, which is
-- announced as any spending is.
create function ratebook.give_back(p_bucket smallint, p_account uuid, p_debit uuid, p_amount bigint, p_at timestamptz)
returns void
language plpgsql as $$
declare
  d record;
  s record;
  b record;
  now_spent bigint;
begin
  select e.created_at, coalesce(h.created_at, e.created_at) as placed_at, u.app_id, u.agent_id, u.user_id, u.key_id
  into d
  from ratebook.entry e
  join ratebook.usage_event u on u.op_id = e.op_id and (u.account_id = p_account) is true and (u.bucket = p_bucket) is true
  left join ratebook.entry h on e.kind = 'settle' and h.op_id = e.ref_id and (h.account_id = p_account) is true
    and (h.bucket = p_bucket) is true
  where e.op_id = p_debit and (e.account_id = p_account) is true and (e.bucket = p_bucket) is true
    and e.kind in ('debit', 'settle');
  if not found then return; end if;
  -- One after the other: as one statement the planner reads all of a wallet's budgets first.
  for s in
    values ('organization', ''), ('app', d.app_id), ('agent', d.agent_id), ('member', d.user_id), ('key', d.key_id)
  loop
    continue when s.column2 is null;
    for b in
      select o as budget, o.budget_id, ratebook.period_start(o.period, d.placed_at) as placed_in,
        ratebook.period_start(o.period, o.created_at) as made_in
      from ratebook.budget o
      where o.bucket = p_bucket and o.account_id = p_account and o.subject = s.column1 and o.subject_id = s.column2
    loop
      continue when d.created_at < b.made_in;
      update ratebook.budget_counter c set spent = greatest(c.spent - p_amount, 0)
      where c.bucket = p_bucket and c.account_id = p_account and c.budget_id = b.budget_id
        and c.period_start = greatest(b.placed_in, b.made_in)
      returning c.spent into now_spent;
      continue when not found or p_amount >= 0;
      perform ratebook.announce_budget(b.budget, greatest(b.placed_in, b.made_in), now_spent + p_amount, now_spent, p_at);
    end loop;
  end loop;
end $$;
--> statement-breakpoint
-- Moves counters of periods that holds were placed in; placing one made each of them. One whose budget is gone counts no more.
create function ratebook.add_to_budgets(w ratebook.wallet, p_budgets jsonb, p_spent bigint, p_held bigint, p_at timestamptz)
returns void
language plpgsql as $$
declare
  r record;
begin
  for r in
    update ratebook.budget_counter c set spent = c.spent + p_spent, held = c.held + p_held
    from jsonb_to_recordset(p_budgets) as u("budgetId" uuid, "periodStart" timestamptz)
    where c.bucket = w.bucket and c.account_id = w.account_id and c.budget_id = u."budgetId"
      and c.period_start = u."periodStart"
    returning c.budget_id, c.period_start, c.spent
  loop
    continue when p_spent = 0;
    perform ratebook.announce_budget(b, r.period_start, r.spent - p_spent, r.spent, p_at)
    from ratebook.budget b
    where b.bucket = w.bucket and b.account_id = w.account_id and b.budget_id = r.budget_id;
  end loop;
end $$;
--> statement-breakpoint
-- The seq of a wallet's last entry before an instant, up to `p_last`: entries are in the order of time, without gaps.
create function ratebook.seq_before(p_bucket smallint, p_account uuid, p_at timestamptz, p_last bigint) returns bigint
language plpgsql stable as $$
declare
  low bigint := 0;
  high bigint := p_last;
  middle bigint;
begin
  while low < high loop
    middle := (low + high + 1) / 2;
    if (select e.created_at < p_at from ratebook.entry e
        where e.bucket = p_bucket and e.account_id = p_account and e.seq = middle) then
      low := middle;
    else
      high := middle - 1;
    end if;
  end loop;
  return low;
end $$;
--> statement-breakpoint
-- What a subject spent by the entries after one seq, up to another, less what corrections among them gave back, and was not
-- revoked, of what was posted after `p_first`. `is true` hides the account from the planner, as in post_batch: an operation is found by its id.
create function ratebook.spent_between(p_bucket smallint, p_account uuid, p_first bigint, p_after bigint, p_to bigint,
  p_subject text, p_subject_id text) returns bigint
language sql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
  select coalesce(sum(case e.kind when 'grant' then -e.asked when 'revoke' then e.asked else u.amount end), 0)::bigint
  from ratebook.entry e
  join ratebook.entry d on d.op_id = case e.kind when 'grant' then e.ref_id
      when 'revoke' then ratebook.granted_for(p_bucket, p_account, e.ref_id) else e.op_id end
    and (d.account_id = p_account) is true and (d.bucket = p_bucket) is true
    and d.kind in ('debit', 'settle') and d.seq > p_first
  join ratebook.usage_event u on u.op_id = d.op_id and (u.account_id = p_account) is true and (u.bucket = p_bucket) is true
  where e.bucket = p_bucket and e.account_id = p_account and e.seq > p_after and e.seq <= p_to
    and (e.kind in ('debit', 'settle') or (e.kind in ('grant', 'revoke') and e.ref_id is not null))
    and case p_subject when 'organization' then true when 'app' then u.app_id = p_subject_id
      when 'agent' then u.agent_id = p_subject_id when 'member' then u.user_id = p_subject_id
      else u.key_id = p_subject_id end
$$;
--> statement-breakpoint
-- Lets open holds count against a budget that is made while they are open, and gives what they reserve.
create function ratebook.reserve_open_holds(b ratebook.budget, p_start timestamptz) returns bigint
language sql as $$
  with joined as (
    update ratebook.hold h set budgets = coalesce(h.budgets, '[]'::jsonb)
      || jsonb_build_array(jsonb_build_object('budgetId', b.budget_id, 'periodStart', p_start))
    from ratebook.hold o
    left join ratebook.hold_request r on r.customer_id = o.account_id and r.hold_id = o.hold_id
    where h.bucket = b.bucket and h.account_id = b.account_id and h.hold_id = o.hold_id
      and o.bucket = b.bucket and o.account_id = b.account_id
      and case b.subject when 'organization' then true when 'app' then r.app_id = b.subject_id
        when 'agent' then r.agent_id = b.subject_id when 'member' then r.user_id = b.subject_id
        else r.key_id = b.subject_id end
    returning h.amount, h.state)
  select coalesce(sum(amount) filter (where state = 'open'), 0)::bigint from joined
$$;
--> statement-breakpoint
-- Makes a subject's budget of a period, or changes it; a null leaves a value as it is, or is the default. A new one starts with what the period
-- has spent: the long sum is made before the wallet is locked, what was posted meanwhile is added under the lock. Answers
-- with the row before, where there was one, and the row after.
create function ratebook.save_budget(p_account uuid, p_budget uuid, p_subject text, p_subject_id text, p_period text,
  p_limit bigint, p_hard boolean, p_alerts smallint[], p_now timestamptz default null)
returns table (before ratebook.budget, after ratebook.budget)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  w ratebook.wallet;
  now_at timestamptz := coalesce(p_now, clock_timestamp());
  started timestamptz := ratebook.period_start(p_period, now_at);
  first_seq bigint;
  seen bigint;
  spent bigint := 0;
  counter ratebook.budget_counter;
begin
  if not exists (select from ratebook.budget b where b.bucket = ratebook.bucket_of(p_account) and b.account_id = p_account
    and b.subject = p_subject and b.subject_id = p_subject_id and b.period = p_period) then
    select l.seq into seen from ratebook.wallet l
    where l.bucket = ratebook.bucket_of(p_account) and l.account_id = p_account;
    first_seq := ratebook.seq_before(ratebook.bucket_of(p_account), p_account, started, seen);
    spent := ratebook.spent_between(ratebook.bucket_of(p_account), p_account, first_seq, first_seq, seen, p_subject,
      p_subject_id);
  end if;

  select * into w from ratebook.wallet l
  where l.bucket = ratebook.bucket_of(p_account) and l.account_id = p_account for update;
  if not found then
    raise exception 'account % has no wallet', p_account using errcode = 'no_data_found';
  end if;
  now_at := coalesce(p_now, clock_timestamp());
  select * into before from ratebook.budget b
  where b.bucket = w.bucket and b.account_id = w.account_id and b.subject = p_subject
    and b.subject_id = p_subject_id and b.period = p_period;

  if before.budget_id is null then
    -- Where a period ended meanwhile, or somebody removed a budget meanwhile, the sum starts anew.
    if seen is null or started <> ratebook.period_start(p_period, now_at) then
      started := ratebook.period_start(p_period, now_at);
      first_seq := ratebook.seq_before(w.bucket, w.account_id, started, w.seq);
      seen := first_seq;
      spent := 0;
    end if;
    spent := spent + ratebook.spent_between(w.bucket, w.account_id, first_seq, seen, w.seq, p_subject, p_subject_id);
    insert into ratebook.budget as b (bucket, account_id, budget_id, subject, subject_id, period, limit_nanos, hard,
      alert_percents, created_at, updated_at)
    values (w.bucket, w.account_id, p_budget, p_subject, p_subject_id, p_period, p_limit, coalesce(p_hard, true),
      coalesce(p_alerts, '{80,100}'), now_at, now_at)
    returning b.* into after;
    insert into ratebook.budget_counter (bucket, account_id, budget_id, period_start, spent, held)
    values (w.bucket, w.account_id, p_budget, started, spent, ratebook.reserve_open_holds(after, started));
    update ratebook.wallet l set has_limits = true where l.bucket = w.bucket and l.account_id = w.account_id;
  else
    update ratebook.budget b set limit_nanos = coalesce(p_limit, b.limit_nanos), hard = coalesce(p_hard, b.hard),
      alert_percents = coalesce(p_alerts, b.alert_percents), updated_at = now_at
    where b.bucket = w.bucket and b.account_id = w.account_id and b.subject = p_subject and b.subject_id = p_subject_id
      and b.period = p_period
    returning b.* into after;
    started := ratebook.period_start(p_period, now_at);
  end if;

  if before.limit_nanos is distinct from after.limit_nanos then
    -- Another limit is another occasion.
    select * into counter from ratebook.budget_counter c
    where c.bucket = w.bucket and c.account_id = w.account_id and c.budget_id = after.budget_id
      and c.period_start = started;
    perform ratebook.announce_budget(after, started, 0, counter.spent, now_at) where counter.spent > 0;
  end if;
  return next;
end $$;
--> statement-breakpoint
-- Looks again whether anything limits a wallet that is locked.
create function ratebook.note_limits(w ratebook.wallet) returns void
language sql as $$
  update ratebook.wallet l set has_limits =
    exists (select from ratebook.budget b where b.bucket = w.bucket and b.account_id = w.account_id)
    or exists (select from ratebook.spending_pause p where p.bucket = w.bucket and p.account_id = w.account_id)
  where l.bucket = w.bucket and l.account_id = w.account_id
$$;
--> statement-breakpoint
-- Removes a budget with what it counted. Null where there is no such budget.
create function ratebook.remove_budget(p_account uuid, p_budget uuid) returns ratebook.budget
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  w ratebook.wallet;
  removed ratebook.budget;
begin
  select * into w from ratebook.wallet l
  where l.bucket = ratebook.bucket_of(p_account) and l.account_id = p_account for update;
  delete from ratebook.budget b
  where b.bucket = w.bucket and b.account_id = w.account_id and b.budget_id = p_budget returning b.* into removed;
  if removed.budget_id is null then return null; end if;
  delete from ratebook.budget_counter c
  where c.bucket = w.bucket and c.account_id = w.account_id and c.budget_id = p_budget;
  perform ratebook.note_limits(w);
  return removed;
end $$;
--> statement-breakpoint
-- Pauses a subject, or gives its pause another reason; with a null reason it is resumed. Answers whether anything changed.
create function ratebook.set_pause(p_account uuid, p_subject text, p_subject_id text, p_reason text,
  p_now timestamptz default null) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  w ratebook.wallet;
  changed bigint;
begin
  select * into w from ratebook.wallet l
  where l.bucket = ratebook.bucket_of(p_account) and l.account_id = p_account for update;
  if not found then return false; end if;
  if p_reason is null then
    delete from ratebook.spending_pause p where p.bucket = w.bucket and p.account_id = w.account_id
      and p.subject = p_subject and p.subject_id = p_subject_id;
  else
    insert into ratebook.spending_pause as p (bucket, account_id, subject, subject_id, reason, paused_at)
    values (w.bucket, w.account_id, p_subject, p_subject_id, p_reason, coalesce(p_now, clock_timestamp()))
    on conflict (bucket, account_id, subject, subject_id) do update set reason = excluded.reason
    where p.reason <> excluded.reason;
  end if;
  get diagnostics changed = row_count;
  if changed > 0 then perform ratebook.note_limits(w); end if;
  return changed > 0;
end $$;
