-- Contracts: versions that never overlap or change, and the month's volume, counted with each usage event.

-- One contract of a customer at a time. The advisory lock makes two writers wait for each other; at higher isolation
-- levels, where the second would not see the first, the revision's unique index refuses it.
create function ratebook.refuse_overlap() returns trigger language plpgsql as $$
declare
  other integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('ratebook contract ' || new.customer_id, 0));
  select c.version into other from ratebook.contract_version c
  where c.customer_id = new.customer_id and c.version <> new.version
    and tstzrange(c.valid_from, c.valid_until, '[)') && tstzrange(new.valid_from, new.valid_until, '[)')
  limit 1;
  if found then
    raise exception 'contract % of customer % overlaps contract %', new.version, new.customer_id, other
      using errcode = 'exclusion_violation', constraint = 'contract_version_overlap', table = 'contract_version';
  end if;
  return new;
end $$;

create trigger no_overlap before insert on ratebook.contract_version
  for each row execute function ratebook.refuse_overlap();

-- The end may come nearer, and nothing else ever changes.
create function ratebook.refuse_contract_change() returns trigger language plpgsql as $$
begin
  if to_jsonb(new) - 'valid_until' - 'revision' = to_jsonb(old) - 'valid_until' - 'revision'
    and new.revision > old.revision
    and coalesce(new.valid_until, 'infinity') < coalesce(old.valid_until, 'infinity') then
    return new;
  end if;
  raise exception 'contract % is immutable; only its end may come nearer', old.version
    using errcode = 'restrict_violation', hint = 'Make a new version.';
end $$;

create trigger immutable before update on ratebook.contract_version
  for each row execute function ratebook.refuse_contract_change();

create trigger append_only before delete or truncate on ratebook.contract_version
  for each statement execute function ratebook.refuse_change();

create trigger append_only before update or delete or truncate on ratebook.contract_volume_close
  for each statement execute function ratebook.refuse_change();

-- Adds an event's discounted volume to its month, in the transaction that posts it. Runs only for events of customers with
-- a contract; the wallet's lock is held, so no two add to one count at once.
create function ratebook.count_volume() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into ratebook.contract_volume as v (customer_id, discount_id, month, events, volume, gross, given)
  select new.account_id, l ->> 'discount', (l ->> 'month')::date, 1, sum((l ->> 'volume')::numeric),
    sum((l ->> 'gross')::bigint), -sum((l ->> 'amount')::bigint)
  from json_array_elements(new.lines) as l where l ->> 'kind' = 'volume' group by 2, 3
  on conflict (customer_id, discount_id, month) do update set events = v.events + 1, volume = v.volume + excluded.volume,
    gross = v.gross + excluded.gross, given = v.given + excluded.given;
  return null;
end $$;

create trigger count_volume after insert on ratebook.usage_event
  for each row when (new.contract is not null) execute function ratebook.count_volume();
