-- The ledger's functions. Everything that writes a ledger table is here; the app's role may only execute it.
-- Functions that take a wallet and return it work on the locked row in memory: whoever called them stores it.

create function ratebook.bucket_of(p_account uuid) returns smallint
language sql immutable strict parallel safe
return get_byte(sha256(uuid_send(p_account)), 0)::smallint;

-- The same ids as opId(namespace, key) in billing: a UUIDv8 of sha256.
create function ratebook.derived_op_id(p_namespace text, p_key text) returns uuid
language plpgsql immutable strict parallel safe as $$
declare
  d bytea := sha256(convert_to(length(p_namespace) || ':' || p_namespace || ':' || p_key, 'UTF8'));
begin
  d := set_byte(d, 6, 128 | (get_byte(d, 6) & 15));
  d := set_byte(d, 8, 128 | (get_byte(d, 8) & 63));
  return encode(substr(d, 1, 16), 'hex')::uuid;
end $$;

-- Half of each page stays free, so that a debit rewrites its wallet within the page and touches no index.
alter table ratebook.wallet set (fillfactor = 50);

create function ratebook.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ratebook.% is append-only: % is refused', tg_table_name, tg_op
    using errcode = 'restrict_violation', hint = 'Correct with a new posting.';
end $$;

create trigger append_only before update or delete or truncate on ratebook.entry
  for each statement execute function ratebook.refuse_change();

create trigger append_only before update or delete or truncate on ratebook.usage_event
  for each statement execute function ratebook.refuse_change();

create trigger append_only before update or delete or truncate on ratebook.allocation
  for each statement execute function ratebook.refuse_change();

-- Opens a wallet once; true where it was not there before.
create function ratebook.open_wallet(p_account uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with opened as (
    insert into ratebook.wallet (bucket, account_id) values (ratebook.bucket_of(p_account), p_account)
    on conflict do nothing returning 1)
  select exists (select from opened)
$$;

-- What an account still has of each grant, in the order it burns.
create function ratebook.grants_to_burn(p_bucket smallint, p_account uuid) returns setof ratebook."grant"
language sql stable as $$
  select * from ratebook."grant" g
  where g.bucket = p_bucket and g.account_id = p_account and g.remaining > 0
  order by g.category = 'credit_line', g.priority, g.expires_at, g.category <> 'promotional', g.seq
$$;

-- One entry that the ledger makes by itself. The wallet already carries its effect, seq included.
create function ratebook.append_entry(w ratebook.wallet, p_kind text, p_contra text, p_amount bigint, p_held bigint,
  p_debt bigint, p_asked bigint, p_ref uuid, p_at timestamptz) returns void
language sql as $$
  insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta,
    balance_after, held_after, debt_after, consumed_after, asked, ref_id, meaning_hash, late, created_at)
  values (w.bucket, w.account_id, w.seq, ratebook.derived_op_id('ledger:' || p_kind, w.account_id || ':' || w.seq), p_kind,
    p_contra, p_amount, p_held, p_debt, w.balance, w.held, w.debt, w.consumed, p_asked, p_ref, null, false, p_at)
$$;

-- The next `p_amount` of consumption came from this grant.
create function ratebook.allocate(w ratebook.wallet, p_grant uuid, p_amount bigint) returns ratebook.wallet
language plpgsql as $$
begin
  insert into ratebook.allocation (bucket, account_id, consumed_from, consumed_to, grant_id)
  values (w.bucket, w.account_id, w.allocated, w.allocated + p_amount, p_grant);
  update ratebook."grant" g set remaining = g.remaining - p_amount
  where g.bucket = w.bucket and g.account_id = w.account_id and g.grant_id = p_grant;
  w.allocated := w.allocated + p_amount;
  return w;
end $$;

-- Attributes consumption to grants in burn order. Late is as good as at once: between two grant events the set of grants
-- is constant, and every grant event calls this first.
create function ratebook.attribute(w ratebook.wallet) returns ratebook.wallet
language plpgsql as $$
declare
  g record;
begin
  if w.allocated = w.consumed then return w; end if;
  for g in select grant_id, remaining from ratebook.grants_to_burn(w.bucket, w.account_id) loop
    w := ratebook.allocate(w, g.grant_id, least(w.consumed - w.allocated, g.remaining));
    exit when w.allocated = w.consumed;
  end loop;
  if w.allocated <> w.consumed then
    raise exception 'account % consumed more than it was granted', w.account_id using errcode = 'data_corrupted';
  end if;
  return w;
end $$;

-- Repays debt at once from credits that are free; never from promotional ones. Whatever frees or adds others calls it.
create function ratebook.repay_debt(w ratebook.wallet, p_ref uuid, p_at timestamptz) returns ratebook.wallet
language plpgsql as $$
declare
  g record;
  due bigint := least(w.debt, w.balance - w.held);
  paid bigint := 0;
  take bigint;
begin
  if due <= 0 then return w; end if;
  w := ratebook.attribute(w);
  for g in
    select grant_id, remaining from ratebook.grants_to_burn(w.bucket, w.account_id)
    where category <> 'promotional' and expires_at > p_at
  loop
    take := least(due - paid, g.remaining);
    w := ratebook.allocate(w, g.grant_id, take);
    paid := paid + take;
    exit when paid = due;
  end loop;
  if paid = 0 then return w; end if;
  w.balance := w.balance - paid;
  w.consumed := w.consumed + paid;
  w.debt := w.debt - paid;
  w.seq := w.seq + 1;
  perform ratebook.append_entry(w, 'debt_repaid', 'receivable:customers', -paid, 0, -paid, paid, p_ref, p_at);
  return w;
end $$;

-- Levels that available fell below, announced once per fall under the seq of the entry that did it.
create function ratebook.announce_crossing(w ratebook.wallet, p_available_before bigint, p_at timestamptz) returns bigint[]
language plpgsql as $$
declare
  available bigint := w.balance - w.held;
  level bigint;
  crossed bigint[];
begin
  if w.watch_below is null or available >= p_available_before then return null; end if;
  foreach level in array w.watch_below loop
    if p_available_before >= level and available < level then crossed := crossed || level; end if;
  end loop;
  if crossed is not null then
    insert into ratebook.outbox (bucket, account_id, id, kind, payload, created_at)
    values (w.bucket, w.account_id, ratebook.derived_op_id('ledger:watch', w.account_id || ':' || w.seq), 'wallet.crossed_below',
      jsonb_build_object('accountId', w.account_id, 'seq', w.seq::text, 'available', available::text,
        'crossed', to_jsonb(crossed::text[])), p_at);
  end if;
  return crossed;
end $$;

-- Takes from expired grants what no hold covers. A hold placed before the expiry covers the credits it would burn.
create function ratebook.forfeit_expired(w ratebook.wallet, p_at timestamptz) returns ratebook.wallet
language plpgsql as $$
declare
  g record;
  ahead bigint := 0;
  covered bigint;
  take bigint;
begin
  w := ratebook.attribute(w);
  w.keeps_expired := false;
  for g in select grant_id, remaining, expires_at from ratebook.grants_to_burn(w.bucket, w.account_id) loop
    take := 0;
    if g.expires_at <= p_at then
      select coalesce(sum(h.amount), 0) into covered from ratebook.hold h
      where h.bucket = w.bucket and h.account_id = w.account_id and h.state = 'open' and h.created_at < g.expires_at;
      -- Holds placed later were promised credits too, so never more than is available.
      take := least(g.remaining - least(greatest(covered - ahead, 0), g.remaining), w.balance - w.held);
    end if;
    if take > 0 then
      update ratebook."grant" o set remaining = o.remaining - take
      where o.bucket = w.bucket and o.account_id = w.account_id and o.grant_id = g.grant_id;
      w.balance := w.balance - take;
      w.forfeited := w.forfeited + take;
      w.seq := w.seq + 1;
      perform ratebook.append_entry(w, 'forfeit', 'breakage', -take, 0, 0, take, g.grant_id, p_at);
    end if;
    ahead := ahead + g.remaining - take;
    if g.expires_at <= p_at and g.remaining > take then w.keeps_expired := true; end if;
  end loop;
  return w;
end $$;

-- The next instant after `p_after` at which a hold or a grant comes due; infinity where none does.
create function ratebook.next_event(w ratebook.wallet, p_after timestamptz) returns timestamptz
language sql stable as $$
  select least(
    (select min(h.expires_at) from ratebook.hold h
     where h.bucket = w.bucket and h.account_id = w.account_id and h.state = 'open' and h.expires_at < 'infinity'),
    (select min(g.expires_at) from ratebook."grant" g
     where g.bucket = w.bucket and g.account_id = w.account_id and g.remaining > 0 and g.expires_at > p_after),
    'infinity')
$$;

-- Brings one locked wallet up to date. Instants are taken in order, so the result does not depend on when somebody
-- looked: at each, holds expire, expired grants forfeit, and what the holds freed repays debt.
create function ratebook.roll(w ratebook.wallet, p_now timestamptz) returns ratebook.wallet
language plpgsql as $$
declare
  due timestamptz := w.next_event_at;
  h record;
  last_hold uuid;
  available_before bigint;
begin
  while due <= p_now loop
    available_before := w.balance - w.held;
    last_hold := null;
    for h in
      select o.hold_id, o.amount, o.budgets from ratebook.hold o
      where o.bucket = w.bucket and o.account_id = w.account_id and o.state = 'open' and o.expires_at <= due
      order by o.created_at, o.hold_id
    loop
      update ratebook.hold o set state = 'expired'
      where o.bucket = w.bucket and o.account_id = w.account_id and o.hold_id = h.hold_id;
      w.held := w.held - h.amount;
      w.seq := w.seq + 1;
      perform ratebook.append_entry(w, 'hold_expired', null, 0, -h.amount, 0, h.amount, h.hold_id, due);
      if h.budgets is not null then perform ratebook.add_to_budgets(w, h.budgets, 0, -h.amount, due); end if;
      last_hold := h.hold_id;
    end loop;
    w := ratebook.forfeit_expired(w, due);
    if last_hold is not null then w := ratebook.repay_debt(w, last_hold, due); end if;
    perform ratebook.announce_crossing(w, available_before, due);
    due := ratebook.next_event(w, due);
  end loop;
  w.next_event_at := due;
  return w;
end $$;

-- Stores wallets worked on in memory. Their rows are locked, so a seq that moved means the lock is broken: better to fail
-- than to overwrite.
create function ratebook.store_wallets(p_wallets ratebook.wallet[], p_old_seqs bigint[]) returns void
language plpgsql as $$
declare
  stored bigint;
begin
  update ratebook.wallet w set balance = u.balance, held = u.held, granted = u.granted, consumed = u.consumed,
    forfeited = u.forfeited, revoked = u.revoked, allocated = u.allocated, debt = u.debt, seq = u.seq,
    next_event_at = u.next_event_at, keeps_expired = u.keeps_expired
  from rows from (unnest(p_old_seqs), unnest(p_wallets)) as u(old_seq)
  where w.bucket = u.bucket and w.account_id = u.account_id and w.seq = u.old_seq;
  get diagnostics stored = row_count;
  if stored <> cardinality(p_old_seqs) then
    raise exception '% of % wallets moved under their lock', cardinality(p_old_seqs) - stored, cardinality(p_old_seqs)
      using errcode = 'RBCAS';
  end if;
end $$;

-- One operation of a batch as the batcher sends it, with the usage event it may carry but for the event's documents.
-- Arrays of it are read several times faster than JSON.
create type ratebook.request as (
  bucket smallint, account uuid, op uuid, kind text, hash bytea, amount bigint, ref uuid, mode text, contra text,
  ttl integer, outbox jsonb, catalogue_version integer, policy_version integer, contract text,
  category text, priority smallint, expires timestamptz, source text, allow_debt boolean,
  offering text, provider text, model text, list_cost bigint, own_cost bigint,
  agent_id text, app_id text, key_id text, user_id text, billing text, state text, park_reason text, outcome text,
  quote_id text, occurred_at timestamptz);

-- What an operation does to its wallet: `taken` leaves the balance (below 0 it is added), `incurred` becomes debt, and
-- what it frees or adds `repays` older debt; or why it is refused.
create type ratebook.effect as (
  refused text, detail text, room bigint, taken bigint, held bigint, incurred bigint, repays boolean, late boolean,
  expires timestamptz, budgets jsonb, reserved bigint);

-- A pause of a subject, with its reason, or a budget of it with what its present period has spent and reserved. A level of
-- spending that is told next, or null.
create type ratebook.spending_limit as (
  bucket smallint, account uuid, subject text, subject_id text, reason text, paused_at timestamptz,
  budget ratebook.budget, period_start timestamptz, spent bigint, held bigint, next_alert bigint);

create type ratebook.answer as (
  n integer, status text, entry_kind text, seq bigint, taken bigint, incurred bigint, repaid bigint,
  balance bigint, held bigint, debt bigint, late boolean, crossed text, expires timestamptz, at timestamptz,
  detail text, room bigint);

-- Why new obligations are refused, or null.
create function ratebook.suspension(w ratebook.wallet) returns text
language sql immutable
return case when w.status = 'suspended' then 'operator' when w.debt > w.debt_cap then 'debt' end;

-- A debit in gate mode: all or nothing.
create function ratebook.decide_gate(w ratebook.wallet, o ratebook.request) returns ratebook.effect
language plpgsql stable as $$
declare
  x ratebook.effect;
begin
  x.taken := o.amount;
  x.detail := ratebook.suspension(w);
  if x.detail is not null then
    x.refused := 'suspended';
  elsif w.balance - w.held < o.amount then
    x.refused := 'insufficient';
    x.room := o.amount;
  end if;
  return x;
end $$;

create function ratebook.decide_hold(w ratebook.wallet, o ratebook.request, p_now timestamptz) returns ratebook.effect
language plpgsql stable as $$
declare
  x ratebook.effect;
begin
  x.detail := ratebook.suspension(w);
  if x.detail is not null then
    x.refused := 'suspended';
  elsif w.debt > 0 then
    x.refused := 'debt_outstanding';
  elsif w.balance - w.held < o.amount then
    x.refused := 'insufficient';
    x.room := o.amount;
  else
    x.held := o.amount;
    x.expires := p_now + make_interval(secs => o.ttl);
    x.reserved := o.amount;
  end if;
  return x;
end $$;

-- Settle, release and extend. What comes after the hold expired is late, and welcome once, for 7 days: a settle is then a
-- debit in record mode, a release moves nothing.
create function ratebook.decide_resolve(w ratebook.wallet, o ratebook.request, p_now timestamptz) returns ratebook.effect
language plpgsql as $$
declare
  x ratebook.effect;
  h ratebook.hold;
begin
  select * into h from ratebook.hold
  where bucket = w.bucket and account_id = w.account_id and hold_id = o.ref
    and (state = 'open' or (o.kind <> 'extend' and expires_at + interval '7 days' > p_now));
  if not found then
    x.refused := 'hold_not_open';
    return x;
  end if;

  if o.kind = 'extend' then
    x.expires := greatest(h.expires_at, least(p_now + make_interval(secs => o.ttl), h.created_at + interval '24 hours'));
    update ratebook.hold set expires_at = x.expires
    where bucket = w.bucket and account_id = w.account_id and hold_id = o.ref;
    return x;
  end if;

  delete from ratebook.hold where bucket = w.bucket and account_id = w.account_id and hold_id = o.ref;
  x.late := h.state = 'expired';
  x.repays := not x.late;
  x.budgets := h.budgets;
  if not x.late then
    x.held := -h.amount;
    x.reserved := -h.amount;
  end if;
  if o.kind = 'settle' then
    x.taken := least(o.amount, w.balance - w.held - coalesce(x.held, 0));
    x.incurred := o.amount - x.taken;
  end if;
  return x;
end $$;

create function ratebook.hold_state(w ratebook.wallet, p_hold uuid) returns text
language sql stable as $$
  select coalesce((
    select case kind when 'settle' then 'settled' when 'release' then 'released' else 'expired' end
    from ratebook.entry
    where ref_id = p_hold and (account_id = w.account_id) is true and (bucket = w.bucket) is true
      and kind in ('settle', 'release', 'hold_expired')
    order by seq desc limit 1), 'unknown')
$$;

-- Grants, revocations and adjustments: what changes the set of grants. The wallet's consumption is attributed already.
create function ratebook.decide_grant(w ratebook.wallet, o ratebook.request, p_now timestamptz) returns ratebook.effect
language plpgsql as $$
declare
  x ratebook.effect;
  g ratebook."grant";
  left_to_reverse bigint;
begin
  if o.kind = 'revoke' then
    select * into g from ratebook."grant" where bucket = w.bucket and account_id = w.account_id and grant_id = o.ref;
    if not found then
      x.refused := 'ref_not_found';
      return x;
    end if;
    x.taken := least(o.amount, g.remaining, w.balance - w.held);
    x.incurred := o.amount - x.taken;
    if x.incurred > 0 and not o.allow_debt then
      x.refused := 'insufficient';
      x.room := o.amount;
      x.detail := x.taken::text;
      return x;
    end if;
    x.repays := true;
    update ratebook."grant" set remaining = remaining - x.taken
    where bucket = w.bucket and account_id = w.account_id and grant_id = o.ref;
    return x;
  end if;

  if o.amount < 0 then
    x.taken := -o.amount;
    if w.balance - w.held < x.taken then
      x.refused := 'insufficient';
      x.room := x.taken;
    end if;
    return x;
  end if;

  if o.ref is not null then
    left_to_reverse := ratebook.reversible(w.bucket, w.account_id, o.ref);
    if left_to_reverse is null then
      x.refused := 'ref_not_found';
      return x;
    elsif left_to_reverse < o.amount then
      x.refused := 'exceeds_original';
      x.room := left_to_reverse;
      return x;
    end if;
  end if;
  x.taken := -o.amount;
  x.expires := coalesce(o.expires, 'infinity');
  x.repays := o.category <> 'promotional';
  insert into ratebook."grant" (bucket, account_id, grant_id, amount, remaining, priority, category, expires_at, source,
    seq, created_at)
  values (w.bucket, w.account_id, o.op, o.amount, o.amount, o.priority, o.category, x.expires, o.source, w.seq + 1, p_now);
  return x;
end $$;

-- What a grant still gives, less what was revoked of it, paid or as debt. (`is true` for the same reason as in post_batch.)
create function ratebook.still_given(g ratebook.entry) returns bigint
language sql stable as $$
  select greatest(g.asked - coalesce((
    select sum(r.asked)::bigint from ratebook.entry r
    where r.ref_id = g.op_id and (r.account_id = g.account_id) is true and (r.bucket = g.bucket) is true
      and r.kind = 'revoke'), 0), 0)
$$;

-- What grants still give back of a debit or settle.
create function ratebook.given_back(p_bucket smallint, p_account uuid, p_op uuid) returns bigint
language sql stable as $$
  select coalesce(sum(ratebook.still_given(g)), 0)::bigint from ratebook.entry g
  where g.ref_id = p_op and (g.account_id = p_account) is true and (g.bucket = p_bucket) is true and g.kind = 'grant'
$$;

-- What a grant gives back, null where it gives nothing back.
create function ratebook.granted_for(p_bucket smallint, p_account uuid, p_grant uuid) returns uuid
language plpgsql stable strict as $$
begin
  return (select g.ref_id from ratebook.entry g
    where g.op_id = p_grant and (g.account_id = p_account) is true and (g.bucket = p_bucket) is true and g.kind = 'grant');
end $$;

-- What of a debit or settle has not been given back yet; null where there is no such entry.
create function ratebook.reversible(p_bucket smallint, p_account uuid, p_op uuid) returns bigint
language sql stable as $$
  select e.asked - ratebook.given_back(p_bucket, p_account, p_op)
  from ratebook.entry e
  where e.op_id = p_op and (e.account_id = p_account) is true and (e.bucket = p_bucket) is true and e.kind in ('debit', 'settle')
$$;

-- The first answer again, from the entry and what it posted beside itself.
create function ratebook.replay(o ratebook.request, e ratebook.entry) returns ratebook.answer
language plpgsql stable as $$
declare
  a ratebook.answer;
  beside record;
  followers integer := 0;
begin
  if e.meaning_hash is distinct from o.hash or not (
    (e.kind = o.kind and e.ref_id is not distinct from o.ref)
    -- Of two attempts at once, one may still have found no price.
    or (e.kind = 'parked' and o.kind in ('debit', 'settle')) or (o.kind = 'parked' and e.kind in ('debit', 'settle')))
  then
    a.status := 'conflict';
    return a;
  end if;
  if e.kind in ('debit', 'settle') and e.asked > 0
    and ratebook.reversible(e.bucket, e.account_id, e.op_id) <= 0 then
    a.status := 'reversed';
    return a;
  end if;
  a.status := 'replayed';
  a.entry_kind := e.kind; a.seq := e.seq; a.taken := -e.amount; a.incurred := 0; a.repaid := 0;
  a.balance := e.balance_after; a.held := e.held_after; a.debt := e.debt_after; a.late := e.late; a.at := e.created_at;
  -- What it caused follows it without a gap and at the same instant; nothing else can, because the wallet was rolled to
  -- that instant before. A gap is an entry of the running batch.
  for beside in
    select b.* from ratebook.entry b
    where b.bucket = e.bucket and b.account_id = e.account_id and b.seq > e.seq
    order by b.seq
  loop
    followers := followers + 1;
    exit when beside.seq <> e.seq + followers or beside.created_at <> e.created_at
      or beside.kind not in ('debt_incurred', 'debt_repaid', 'forfeit');
    a.incurred := a.incurred + greatest(beside.debt_delta, 0);
    a.repaid := a.repaid + greatest(-beside.debt_delta, 0);
    a.balance := beside.balance_after; a.held := beside.held_after; a.debt := beside.debt_after;
  end loop;
  if e.kind in ('hold', 'extend') then
    select h.expires_at into a.expires from ratebook.hold h
    where h.bucket = e.bucket and h.account_id = e.account_id
      and h.hold_id = case e.kind when 'hold' then e.op_id else e.ref_id end;
  end if;
  return a;
end $$;

-- Posts a batch of operations, each op id at most once per account, and answers each. One transaction: the caller may
-- tell its callers after COMMIT. Refused operations write nothing.
--
-- The settings keep an empty, un-analysed database from freezing plans that scan a table which then grows. For the same
-- reason `is true` hides the account from the planner wherever an entry is looked up by op id or ref: without statistics it
-- takes the primary key for as good an index, and reads the whole wallet each time.
--
-- The documents of usage events travel beside the operations, one text a column, in the operations' order, separated by
-- U+001E, which JSON text never contains: inside the array each of their quotes would have to be escaped twice.
create function ratebook.post_batch(p_ops ratebook.request[], p_pools text, p_dimensions text, p_lines text,
  p_metadata text, p_now timestamptz default null) returns setof ratebook.answer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  t timestamptz;
  r record;
  o ratebook.request;
  x ratebook.effect;
  a ratebook.answer;
  locked ratebook.wallet[];
  place integer := 1;
  w ratebook.wallet;
  old_seq bigint;
  touched boolean := false;
  available_before bigint;
  wallets ratebook.wallet[] := '{}';
  old_seqs bigint[] := '{}';
  entries ratebook.entry[] := '{}';
  messages ratebook.outbox[] := '{}';
  posted boolean[] := array_fill(false, array[cardinality(p_ops)]);
  late boolean[] := posted;
  -- Limits of the batch's subjects, wallet by wallet; what moves and what each operation compares stands in columns of its
  -- own, because an element of an array of rows costs more to read.
  limited boolean;
  limits ratebook.spending_limit[] := '{}';
  limit_account uuid[];
  limit_subject text[];
  limit_subject_id text[];
  limit_most bigint[];
  limit_spent bigint[];
  limit_held bigint[];
  limit_alert bigint[];
  limit_moved boolean[];
  -- Those of the wallet at work.
  first_limit integer := 1;
  last_limit integer := 0;
  counted integer[];
  exceeded integer;
  found_at integer;
  other_budgets jsonb;
  kept record;
  spent_before bigint;
  given_back boolean := false;
begin
  -- In one order everywhere, or two batches deadlock.
  select array_agg(k.l), bool_or((k.l).has_limits) into locked, limited from (
    select l from ratebook.wallet l
    join (select distinct b.bucket, b.account from unnest(p_ops) as b) b
      on l.bucket = b.bucket and l.account_id = b.account
    order by l.bucket, l.account_id for update of l) as k;
  -- After the lock: every entry committed before it is then visible and older.
  t := coalesce(p_now, clock_timestamp());

  -- Under the lock nobody else moves a counter, so they are read once, moved here, and written back once.
  if limited then
    select array_agg(l), array_agg(l.account), array_agg(l.subject), array_agg(l.subject_id),
      array_agg(case when (l.budget).hard then (l.budget).limit_nanos end), array_agg(l.spent), array_agg(l.held),
      array_agg(l.next_alert), array_agg(false)
    into limits, limit_account, limit_subject, limit_subject_id, limit_most, limit_spent, limit_held, limit_alert, limit_moved
    from ratebook.limits_of(p_ops, t) as l;
  end if;

  for r in
    select b.ordinality::integer as n, e as entry
    from unnest(p_ops) with ordinality as b
    left join ratebook.entry e on e.op_id = b.op and (e.account_id = b.account) is true and (e.bucket = b.bucket) is true
    order by b.bucket, b.account, b.ordinality
  loop
    o := p_ops[r.n];
    a := null;
    a.n := r.n;
    if w.account_id is distinct from o.account then
      if touched then wallets := wallets || w; old_seqs := old_seqs || old_seq; end if;
      touched := false;
      -- The wallets stand in the order of the operations.
      w := locked[place];
      if w.account_id is distinct from o.account or w.bucket <> o.bucket then
        w := null;
        a.status := 'no_account';
        return next a;
        continue;
      end if;
      place := place + 1;
      old_seq := w.seq;
      if limited then
        first_limit := last_limit + 1;
        while limit_account[last_limit + 1] = w.account_id loop last_limit := last_limit + 1; end loop;
      end if;
    end if;
    if (r.entry).seq is not null then
      a := ratebook.replay(o, r.entry);
      a.n := r.n;
      return next a;
      continue;
    end if;
    if w.next_event_at <= t then
      w := ratebook.roll(w, t);
      touched := true;
      -- Holds that expired gave back what they reserved. A wallet is rolled before its first operation alone: what one of
      -- a batch places comes due later.
      for i in first_limit .. last_limit loop
        continue when limit_moved[i];
        limit_held[i] := ratebook.reserved_by(limits[i]);
      end loop;
    end if;

    x := null;
    counted := '{}';
    case o.kind
      when 'debit' then
        if o.mode = 'gate' then
          x := ratebook.decide_gate(w, o);
        else
          -- Record: what is there, the rest as debt, whatever the budget says.
          x.taken := least(o.amount, w.balance - w.held);
          x.incurred := o.amount - x.taken;
        end if;
      when 'hold' then x := ratebook.decide_hold(w, o, t);
      when 'settle', 'release', 'extend' then x := ratebook.decide_resolve(w, o, t);
      when 'grant', 'revoke', 'adjustment' then
        w := ratebook.attribute(w);
        touched := true;
        -- What it gives back may have been posted in this very batch.
        if o.ref is not null then
          insert into ratebook.entry select u.* from unnest(entries) as u;
          entries := '{}';
        end if;
        x := ratebook.decide_grant(w, o, t);
      when 'parked' then null;
    end case;
    if x.refused is null and o.kind in ('debit', 'hold') and first_limit <= last_limit then
      exceeded := null;
      for i in first_limit .. last_limit loop
        continue when limit_subject_id[i] is distinct from case limit_subject[i] when 'organization' then ''
          when 'app' then o.app_id when 'agent' then o.agent_id when 'key' then o.key_id else o.user_id end;
        if limit_spent[i] is null then
          -- A pause; they stand before the budgets, the oldest first.
          continue when o.kind = 'debit' and o.mode <> 'gate';
          x.refused := 'paused';
          x.detail := ratebook.pause_detail(limits[i]);
          exit;
        end if;
        counted := counted || i;
        -- What costs nothing always fits. Of several that are too small the one with the least room is named.
        if (o.kind = 'hold' or o.mode = 'gate') and o.amount > 0
          and limit_spent[i] + limit_held[i] + o.amount > limit_most[i]
          and (exceeded is null or limit_most[i] - limit_spent[i] - limit_held[i] < x.room) then
          exceeded := i;
          x.room := limit_most[i] - limit_spent[i] - limit_held[i];
        end if;
      end loop;
      if exceeded is not null and x.refused is null then
        x.refused := 'budget_exceeded';
        x.detail := ratebook.budget_detail(limits[exceeded]);
        x.room := greatest(x.room, 0);
      end if;
    end if;
    if x.refused is not null then
      if x.refused = 'hold_not_open' then
        insert into ratebook.entry select u.* from unnest(entries) as u;
        entries := '{}';
        x.detail := ratebook.hold_state(w, o.ref);
      end if;
      a.status := x.refused; a.detail := x.detail; a.room := x.room;
      a.balance := w.balance; a.held := w.held; a.debt := w.debt;
      return next a;
      continue;
    end if;
    x.taken := coalesce(x.taken, 0); x.held := coalesce(x.held, 0); x.incurred := coalesce(x.incurred, 0);
    x.late := coalesce(x.late, false);
    if o.kind = 'hold' then
      if counted <> '{}' then
        select jsonb_agg(jsonb_build_object('budgetId', (limits[i].budget).budget_id, 'periodStart', limits[i].period_start))
        into x.budgets from unnest(counted) as i;
      end if;
      insert into ratebook.hold (bucket, account_id, hold_id, amount, state, expires_at, catalogue_version, policy_version,
        contract, budgets, created_at)
      values (w.bucket, w.account_id, o.op, o.amount, 'open', x.expires, o.catalogue_version, o.policy_version, o.contract,
        x.budgets, t);
    end if;

    available_before := w.balance - w.held;
    w.balance := w.balance - x.taken;
    w.held := w.held + x.held;
    if o.kind = 'revoke' then w.revoked := w.revoked + x.taken;
    elsif x.taken < 0 then w.granted := w.granted - x.taken;
    else w.consumed := w.consumed + x.taken;
    end if;
    if x.expires > t and x.expires < w.next_event_at then w.next_event_at := x.expires; end if;
    w.seq := w.seq + 1;
    touched := true;
    entries := entries || row(w.bucket, w.account_id, w.seq, o.op, o.kind, o.contra, -x.taken, x.held, 0,
      w.balance, w.held, w.debt, w.consumed, coalesce(o.amount, 0), o.ref, o.hash, x.late, t)::ratebook.entry;
    a.status := 'done'; a.entry_kind := o.kind; a.seq := w.seq; a.taken := x.taken; a.incurred := x.incurred; a.repaid := 0;
    a.late := x.late; a.at := t;
    if x.expires < 'infinity' then a.expires := x.expires; end if;

    if x.incurred > 0 then
      w.debt := w.debt + x.incurred;
      w.seq := w.seq + 1;
      entries := entries || row(w.bucket, w.account_id, w.seq, ratebook.derived_op_id('ledger:debt_incurred', w.account_id || ':' || w.seq),
        'debt_incurred', o.contra, 0, 0, x.incurred, w.balance, w.held, w.debt, w.consumed, x.incurred, o.op, null, false, t)::ratebook.entry;
    end if;
    if w.keeps_expired or x.expires <= t then w := ratebook.forfeit_expired(w, t); end if;
    if x.repays and w.debt > 0 then
      a.repaid := w.debt;
      w := ratebook.repay_debt(w, o.op, t);
      a.repaid := a.repaid - w.debt;
    end if;
    if x.budgets is not null and o.kind <> 'hold' then
      -- What resolves a hold counts in the periods that the hold kept; those not at hand are moved where they are.
      other_budgets := null;
      for kept in select * from jsonb_to_recordset(x.budgets) as u("budgetId" uuid, "periodStart" timestamptz) loop
        found_at := null;
        for i in first_limit .. last_limit loop
          if (limits[i].budget).budget_id = kept."budgetId" and limits[i].period_start = kept."periodStart" then
            found_at := i;
            exit;
          end if;
        end loop;
        if found_at is not null then counted := counted || found_at;
        else other_budgets := coalesce(other_budgets, '[]') || to_jsonb(kept);
        end if;
      end loop;
      if other_budgets is not null then
        perform ratebook.add_to_budgets(w, other_budgets, x.taken + x.incurred, coalesce(x.reserved, 0), t);
      end if;
    end if;
    foreach found_at in array counted loop
      spent_before := limit_spent[found_at];
      limit_spent[found_at] := spent_before + x.taken + x.incurred;
      limit_held[found_at] := limit_held[found_at] + coalesce(x.reserved, 0);
      limit_moved[found_at] := true;
      if limit_spent[found_at] >= limit_alert[found_at] then
        limit_alert[found_at] := ratebook.announce_budget(limits[found_at].budget, limits[found_at].period_start, spent_before,
          limit_spent[found_at], t);
      end if;
    end loop;
    if o.kind in ('grant', 'revoke') and o.ref is not null and w.has_limits then given_back := true; end if;
    -- The highest level stands first: most debits of most wallets end here.
    if w.balance - w.held < w.watch_below[1] then
      a.crossed := array_to_string(ratebook.announce_crossing(w, available_before, t), ',');
    end if;
    if o.outbox is not null then
      messages := messages || array(
        select row(w.bucket, w.account_id, m.id, m.kind, m.payload, t)::ratebook.outbox
        from jsonb_to_recordset(o.outbox) as m(id uuid, kind text, payload jsonb));
    end if;
    posted[r.n] := true;
    if x.late then late[r.n] := true; end if;
    a.balance := w.balance; a.held := w.held; a.debt := w.debt;
    return next a;
  end loop;
  if touched then wallets := wallets || w; old_seqs := old_seqs || old_seq; end if;

  insert into ratebook.entry select u.* from unnest(entries) as u;
  insert into ratebook.usage_event (bucket, account_id, op_id, offering, provider, model, pools, dimensions, lines, list_cost,
    own_cost, amount, catalogue_version, policy_version, contract, agent_id, app_id, key_id, user_id, billing, state,
    park_reason, outcome, hold_id, quote_id, late, metadata, occurred_at, created_at)
  select b.bucket, b.account, b.op, b.offering, b.provider, b.model, b.pools::json, b.dimensions::jsonb, b.lines::json,
    b.list_cost, b.own_cost, coalesce(b.amount, 0), b.catalogue_version, b.policy_version, b.contract, b.agent_id, b.app_id,
    b.key_id, b.user_id, b.billing, b.state, b.park_reason, b.outcome, case b.kind when 'settle' then b.ref end, b.quote_id,
    b.late, b.metadata::jsonb, b.occurred_at, t
  from rows from (unnest(posted), unnest(late), unnest(string_to_array(p_pools, chr(30))),
    unnest(string_to_array(p_dimensions, chr(30))), unnest(string_to_array(p_lines, chr(30))),
    unnest(string_to_array(p_metadata, chr(30))), unnest(p_ops)) as b(posted, late, pools, dimensions, lines, metadata)
  where b.posted and b.state is not null;
  if limited then
    perform ratebook.store_counters(limits, limit_spent, limit_held, limit_moved);
  end if;
  if given_back then
    -- Now, because what is given back may have been posted in this very batch.
    perform case b.kind when 'grant' then ratebook.give_back(b.bucket, b.account, b.ref, b.amount, t)
      else ratebook.give_back(b.bucket, b.account, ratebook.granted_for(b.bucket, b.account, b.ref), -b.amount, t) end
    from rows from (unnest(posted), unnest(p_ops)) as b(posted)
    where b.posted and b.kind in ('grant', 'revoke') and b.ref is not null;
  end if;
  if messages <> '{}' then
    insert into ratebook.outbox select u.* from unnest(messages) as u;
  end if;
  perform ratebook.store_wallets(wallets, old_seqs);
end $$;

-- Rolls wallets whose holds or grants came due, and forgets holds that expired more than 7 days ago. Skips wallets that a
-- batch is working on: it rolls them itself. Returns how many were rolled.
create function ratebook.roll_due(p_limit integer, p_now timestamptz default null) returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
set plan_cache_mode = force_generic_plan
as $$
declare
  t timestamptz := coalesce(p_now, clock_timestamp());
  w ratebook.wallet;
  rolled ratebook.wallet;
  wallets ratebook.wallet[] := '{}';
  old_seqs bigint[] := '{}';
  seen integer := 0;
begin
  for w in
    select * from ratebook.wallet where next_event_at <= t order by next_event_at limit p_limit for update skip locked
  loop
    seen := seen + 1;
    rolled := ratebook.roll(w, t);
    if rolled is distinct from w then wallets := wallets || rolled; old_seqs := old_seqs || w.seq; end if;
  end loop;
  perform ratebook.store_wallets(wallets, old_seqs);
  delete from ratebook.hold h using (
    select bucket, account_id, hold_id from ratebook.hold
    where state = 'expired' and expires_at <= t - interval '7 days' limit p_limit for update skip locked) old
  where h.bucket = old.bucket and h.account_id = old.account_id and h.hold_id = old.hold_id;
  return seen;
end $$;

-- Rolls one wallet that is due, waiting for whoever works on it; for somebody who is about to read it.
create function ratebook.roll_wallet(p_account uuid, p_now timestamptz default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  t timestamptz := coalesce(p_now, clock_timestamp());
  w ratebook.wallet;
begin
  select * into w from ratebook.wallet
  where bucket = ratebook.bucket_of(p_account) and account_id = p_account and next_event_at <= t for update;
  if found then perform ratebook.store_wallets(array[ratebook.roll(w, t)], array[w.seq]); end if;
end $$;

-- What an operator or a job may set on a wallet; null leaves a value as it is. False where there is no such wallet.
create function ratebook.set_wallet(p_account uuid, p_status text default null, p_debt_cap bigint default null,
  p_watch_below bigint[] default null) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update ratebook.wallet set
    status = coalesce(p_status, status),
    debt_cap = coalesce(p_debt_cap, debt_cap),
    watch_below = case when p_watch_below is null then watch_below
      else (select array_agg(level order by level desc) from unnest(p_watch_below) as level) end
  where bucket = ratebook.bucket_of(p_account) and account_id = p_account;
  return found;
end $$;

-- Takes messages off the outbox; in the transaction that hands them to the queue, so none is lost or sent twice.
create function ratebook.take_outbox(p_limit integer) returns setof ratebook.outbox
language sql security definer set search_path = pg_catalog, pg_temp as $$
  delete from ratebook.outbox x using (
    select bucket, account_id, id from ratebook.outbox order by created_at limit p_limit for update skip locked) due
  where x.bucket = due.bucket and x.account_id = due.account_id and x.id = due.id
  returning x.*
$$;
