-- The ledger's functions. Everything that writes a ledger table is here; the app's role may only execute it.
-- Functions that take a wallet and return it work on the locked row in memory: whoever called them stores it.

create function ratebook.bucket_of(p_account uuid) returns smallint
language sql immutable strict parallel safe
return get_byte(sha256(uuid_send(p_account)), 0)::smallint;
--> statement-breakpoint
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
--> statement-breakpoint
alter table ratebook.wallet add constraint wallet_bucket check (bucket = ratebook.bucket_of(account_id));
--> statement-breakpoint
create function ratebook.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ratebook.% is append-only: % is refused', tg_table_name, tg_op
    using errcode = 'restrict_violation', hint = 'Correct with a new posting.';
end $$;
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.entry
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.usage_event
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.allocation
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
-- Opens a wallet once; true where it was not there before.
create function ratebook.open_wallet(p_account uuid) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
  with opened as (
    insert into ratebook.wallet (bucket, account_id) values (ratebook.bucket_of(p_account), p_account)
    on conflict do nothing returning 1)
  select exists (select from opened)
$$;
--> statement-breakpoint
-- What an account still has of each grant, in the order it burns.
create function ratebook.grants_to_burn(p_bucket smallint, p_account uuid) returns setof ratebook."grant"
language sql stable as $$
  select * from ratebook."grant" g
  where g.bucket = p_bucket and g.account_id = p_account and g.remaining > 0
  order by g.category = 'credit_line', g.priority, g.expires_at, g.category <> 'promotional', g.seq
$$;
--> statement-breakpoint
-- One entry that the ledger makes by itself. The wallet already carries its effect, seq included.
create function ratebook.append_entry(w ratebook.wallet, p_kind text, p_contra text, p_amount bigint, p_held bigint,
  p_debt bigint, p_asked bigint, p_ref uuid, p_at timestamptz) returns void
language sql as $$
  insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta,
    balance_after, held_after, debt_after, consumed_after, asked, ref_id, meaning_hash, late, created_at)
  values (w.bucket, w.account_id, w.seq, ratebook.derived_op_id('ledger:' || p_kind, w.account_id || ':' || w.seq), p_kind,
    p_contra, p_amount, p_held, p_debt, w.balance, w.held, w.debt, w.consumed, p_asked, p_ref, null, false, p_at)
$$;
--> statement-breakpoint
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
--> statement-breakpoint
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
--> statement-breakpoint
-- Repays debt with at most `p_freed` of credits that were just freed or added; never with promotional ones.
create function ratebook.repay_debt(w ratebook.wallet, p_freed bigint, p_valid_at timestamptz, p_ref uuid, p_at timestamptz)
returns ratebook.wallet
language plpgsql as $$
declare
  g record;
  due bigint := least(w.debt, p_freed, w.balance - w.held);
  paid bigint := 0;
  take bigint;
begin
  if due <= 0 then return w; end if;
  w := ratebook.attribute(w);
  for g in
    select grant_id, remaining from ratebook.grants_to_burn(w.bucket, w.account_id)
    where category <> 'promotional' and expires_at > p_valid_at
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
--> statement-breakpoint
-- Levels that available fell below, announced once per fall under the seq of the entry that did it.
create function ratebook.announce_crossing(w ratebook.wallet, p_available_before bigint, p_at timestamptz) returns bigint[]
language plpgsql as $$
declare
  available bigint := w.balance - w.held;
  crossed bigint[];
begin
  if w.watch_below is null or available >= p_available_before then return null; end if;
  select array_agg(level order by level desc) into crossed
  from unnest(w.watch_below) as level where p_available_before >= level and available < level;
  if crossed is not null then
    insert into ratebook.outbox (bucket, account_id, id, kind, payload, created_at)
    values (w.bucket, w.account_id, ratebook.derived_op_id('ledger:watch', w.account_id || ':' || w.seq), 'wallet.crossed_below',
      jsonb_build_object('accountId', w.account_id, 'seq', w.seq::text, 'available', available::text,
        'crossed', to_jsonb(crossed::text[])), p_at);
  end if;
  return crossed;
end $$;
--> statement-breakpoint
-- The first budget that the amount would exceed, or no row.
create function ratebook.exceeded_budget(w ratebook.wallet, p_budgets jsonb, p_amount bigint)
returns table (budget_id text, remaining bigint)
language sql stable as $$
  select b."budgetId", greatest(b."limit" - coalesce(c.spent + c.held, 0), 0)
  from jsonb_to_recordset(p_budgets) as b("budgetId" text, "periodStart" timestamptz, "limit" bigint)
  left join ratebook.budget_counter c on c.bucket = w.bucket and c.account_id = w.account_id
    and c.budget_id = b."budgetId" and c.period_start = b."periodStart"
  where coalesce(c.spent + c.held, 0) + p_amount > b."limit"
  limit 1
$$;
--> statement-breakpoint
create function ratebook.add_to_budgets(w ratebook.wallet, p_budgets jsonb, p_spent bigint, p_held bigint) returns void
language sql as $$
  insert into ratebook.budget_counter as c (bucket, account_id, budget_id, period_start, limit_nanos, spent, held)
  select w.bucket, w.account_id, b."budgetId", b."periodStart", b."limit", p_spent, p_held
  from jsonb_to_recordset(p_budgets) as b("budgetId" text, "periodStart" timestamptz, "limit" bigint)
  on conflict (bucket, account_id, budget_id, period_start)
  do update set spent = c.spent + excluded.spent, held = c.held + excluded.held, limit_nanos = excluded.limit_nanos
$$;
--> statement-breakpoint
-- Brings one locked wallet up to date. Events are taken in the order of their instants, so the result does not depend on
-- when somebody looked: expire holds, attribute, forfeit what expired but not what holds still cover, repay debt.
create function ratebook.roll(w ratebook.wallet, p_now timestamptz) returns ratebook.wallet
language plpgsql as $$
declare
  due timestamptz;
  done timestamptz := '-infinity';
  h record;
  g record;
  freed bigint;
  last_hold uuid;
  take bigint;
  available_before bigint;
begin
  loop
    select min(e.at) into due from (
      select o.expires_at as at from ratebook.hold o
      where o.bucket = w.bucket and o.account_id = w.account_id and o.state = 'open'
      union all
      select o.expires_at from ratebook."grant" o
      where o.bucket = w.bucket and o.account_id = w.account_id and o.remaining > 0 and o.expires_at > done) e;
    exit when due is null or due > p_now;

    available_before := w.balance - w.held;
    freed := 0;
    for h in
      select o.hold_id, o.amount, o.budgets from ratebook.hold o
      where o.bucket = w.bucket and o.account_id = w.account_id and o.state = 'open' and o.expires_at <= due
      order by o.expires_at, o.hold_id
    loop
      update ratebook.hold o set state = 'expired'
      where o.bucket = w.bucket and o.account_id = w.account_id and o.hold_id = h.hold_id;
      w.held := w.held - h.amount;
      w.seq := w.seq + 1;
      perform ratebook.append_entry(w, 'hold_expired', null, 0, -h.amount, 0, h.amount, h.hold_id, p_now);
      if h.budgets is not null then perform ratebook.add_to_budgets(w, h.budgets, 0, -h.amount); end if;
      freed := freed + h.amount;
      last_hold := h.hold_id;
    end loop;

    w := ratebook.attribute(w);
    for g in
      select grant_id, remaining from ratebook.grants_to_burn(w.bucket, w.account_id) where expires_at <= due
    loop
      take := least(g.remaining, w.balance - w.held);
      exit when take <= 0;
      update ratebook."grant" o set remaining = o.remaining - take
      where o.bucket = w.bucket and o.account_id = w.account_id and o.grant_id = g.grant_id;
      w.balance := w.balance - take;
      w.forfeited := w.forfeited + take;
      w.seq := w.seq + 1;
      perform ratebook.append_entry(w, 'forfeit', 'breakage', -take, 0, 0, take, g.grant_id, p_now);
    end loop;

    w := ratebook.repay_debt(w, freed, due, last_hold, p_now);
    perform ratebook.announce_crossing(w, available_before, p_now);
    done := due;
  end loop;

  -- An expired grant that a hold still covers keeps the wallet due, so that what the hold frees is forfeited first thing.
  select min(e.at) into due from (
    select o.expires_at as at from ratebook.hold o
    where o.bucket = w.bucket and o.account_id = w.account_id and o.state = 'open'
    union all
    select o.expires_at from ratebook."grant" o
    where o.bucket = w.bucket and o.account_id = w.account_id and o.remaining > 0) e;
  w.next_event_at := coalesce(due, 'infinity');
  return w;
end $$;
--> statement-breakpoint
-- Stores wallets worked on in memory. Their rows are locked, so a seq that moved means the lock is broken: better to fail
-- than to overwrite.
create function ratebook.store_wallets(p_wallets ratebook.wallet[], p_old_seqs bigint[]) returns void
language plpgsql as $$
declare
  stored bigint;
begin
  update ratebook.wallet w set balance = u.balance, held = u.held, granted = u.granted, consumed = u.consumed,
    forfeited = u.forfeited, revoked = u.revoked, allocated = u.allocated, debt = u.debt, seq = u.seq,
    next_event_at = u.next_event_at
  from (select (x.a).*, x.old_seq from rows from (unnest(p_wallets), unnest(p_old_seqs)) as x) u
  where false;
end $$;
