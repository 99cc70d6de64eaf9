-- What ends a shutdown notice: the wallet itself says that credits came in, whoever posted them.

-- Announces credits, and holds that end and so lift the wallet to its level. The condition is on the trigger, so that
-- wallets without a notice never call this.
create function ratebook.announce_rise() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into ratebook.outbox (bucket, account_id, id, kind, payload, created_at)
  values (new.bucket, new.account_id, ratebook.derived_op_id('ledger:rise', new.account_id || ':' || new.seq), 'wallet.risen',
    jsonb_build_object('accountId', new.account_id, 'seq', new.seq::text), clock_timestamp());
  return null;
end $$;

create trigger announce_rise after update on ratebook.wallet
  for each row when (new.lift_level is not null and new.seq > old.seq and (new.granted > old.granted
    or (old.balance - old.held - old.debt < new.lift_level and new.balance - new.held - new.debt >= new.lift_level)))
  execute function ratebook.announce_rise();

-- Sets or clears the level and returns what the wallet is worth at that instant, debt taken off: it stays locked until
-- the caller's transaction ends. Null where there is no such wallet.
create function ratebook.watch_rise(p_account uuid, p_level bigint) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  update ratebook.wallet set lift_level = p_level
  where bucket = ratebook.bucket_of(p_account) and account_id = p_account
  returning balance - held - debt
$$;
