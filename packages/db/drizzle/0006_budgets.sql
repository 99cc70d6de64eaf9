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
-- Whom an operation spends for.
create function ratebook.subjects_of(o ratebook.request) returns table (subject text, subject_id text)
language sql immutable as $$
  values ('organization', ''), ('app', o.app_id), ('agent', o.agent_id), ('member', o.user_id), ('key', o.key_id)
$$;
--> statement-breakpoint
-- The budgets an operation counts against, as its hold keeps them: [{budgetId, periodStart}]; null where there is none.
create function ratebook.budgets_of(w ratebook.wallet, o ratebook.request, p_now timestamptz) returns jsonb
language sql stable as $$
  select jsonb_agg(jsonb_build_object('budgetId', b.budget_id, 'periodStart', ratebook.period_start(b.period, p_now)))
  from ratebook.subjects_of(o) s
  join ratebook.budget b on b.bucket = w.bucket and b.account_id = w.account_id
    and b.subject = s.subject and b.subject_id = s.subject_id
$$;
--> statement-breakpoint
-- Of the hard budgets that an amount would exceed the one with the least room, or no row. What costs nothing always fits.
create function ratebook.exceeded_budget(w ratebook.wallet, p_budgets jsonb, p_amount bigint)
returns table (detail text, remaining bigint)
language sql stable as $$
  select jsonb_build_object('budgetId', b.budget_id, 'subject', b.subject, 'subjectId', b.subject_id, 'period', b.period,
      'limit', b.limit_nanos::text, 'resetsAt', ratebook.period_end(b.period, u."periodStart"))::text,
    greatest(b.limit_nanos - coalesce(c.spent + c.held, 0), 0)
  from jsonb_to_recordset(p_budgets) as u("budgetId" uuid, "periodStart" timestamptz)
  join ratebook.budget b on b.bucket = w.bucket and b.account_id = w.account_id and b.budget_id = u."budgetId" and b.hard
  left join ratebook.budget_counter c on c.bucket = w.bucket and c.account_id = w.account_id
    and c.budget_id = b.budget_id and c.period_start = u."periodStart"
  where p_amount > 0 and coalesce(c.spent + c.held, 0) + p_amount > b.limit_nanos
  order by 2, b.budget_id limit 1
$$;
--> statement-breakpoint
-- Refuses a gate or a hold that a pause or a hard budget stands in the way of; else says what it counts against.
create function ratebook.apply_limits(x ratebook.effect, w ratebook.wallet, o ratebook.request, p_now timestamptz)
returns ratebook.effect
language plpgsql stable as $$
begin
  select 'paused', jsonb_build_object('subject', p.subject, 'subjectId', p.subject_id, 'reason', p.reason)::text
  into x.refused, x.detail
  from ratebook.subjects_of(o) s
  join ratebook.spending_pause p on p.bucket = w.bucket and p.account_id = w.account_id
    and p.subject = s.subject and p.subject_id = s.subject_id
  order by p.paused_at limit 1;
  if x.refused is not null then return x; end if;
  x.budgets := ratebook.budgets_of(w, o, p_now);
  if x.budgets is not null then
    select 'budget_exceeded', b.detail, b.remaining into x.refused, x.detail, x.room
    from ratebook.exceeded_budget(w, x.budgets, o.amount) b;
  end if;
  return x;
end $$;
--> statement-breakpoint
-- Announces the highest level that a period's spending reached just now, once for each period, level and limit.
create function ratebook.announce_budget(b ratebook.budget, p_start timestamptz, p_before bigint, p_spent bigint, p_at timestamptz)
returns void
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
  on conflict do nothing
$$;
--> statement-breakpoint
create function ratebook.add_to_budgets(w ratebook.wallet, p_budgets jsonb, p_spent bigint, p_held bigint, p_at timestamptz)
returns void
language plpgsql as $$
declare
  r record;
begin
  -- A budget that is gone counts no more.
  insert into ratebook.budget_counter (bucket, account_id, budget_id, period_start, spent, held)
  select w.bucket, w.account_id, b.budget_id, u."periodStart", 0, 0
  from jsonb_to_recordset(p_budgets) as u("budgetId" uuid, "periodStart" timestamptz)
  join ratebook.budget b on b.bucket = w.bucket and b.account_id = w.account_id and b.budget_id = u."budgetId"
  on conflict do nothing;
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
-- What a subject spent by the entries after one seq, up to another.
create function ratebook.spent_between(p_bucket smallint, p_account uuid, p_after bigint, p_to bigint, p_subject text,
  p_subject_id text) returns bigint
language sql stable
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
  select coalesce(sum(u.amount), 0)::bigint
  from ratebook.entry e
  join ratebook.usage_event u on u.op_id = e.op_id and u.account_id = e.account_id and u.bucket = e.bucket
  where e.bucket = p_bucket and e.account_id = p_account and e.seq > p_after and e.seq <= p_to
    and e.kind in ('debit', 'settle')
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
    spent := ratebook.spent_between(ratebook.bucket_of(p_account), p_account, first_seq, seen, p_subject, p_subject_id);
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
      seen := ratebook.seq_before(w.bucket, w.account_id, started, w.seq);
      spent := 0;
    end if;
    spent := spent + ratebook.spent_between(w.bucket, w.account_id, seen, w.seq, p_subject, p_subject_id);
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
    where b.bucket = w.bucket and b.account_id = w.account_id and b.budget_id = before.budget_id
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
