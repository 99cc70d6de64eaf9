-- What the catalogue was at any version can be rebuilt as long as nobody rewrites it.

create function ratebook.close_rate_once() returns trigger language plpgsql as $$
begin
  if old.closed_version is null and new.closed_version is not null and new.closed_at is not null
    and to_jsonb(new) - 'closed_version' - 'closed_at' = to_jsonb(old) - 'closed_version' - 'closed_at' then
    return new;
  end if;
  raise exception 'a rate may only be closed, once: % is refused', old.rate_id
    using errcode = 'restrict_violation', hint = 'A new price is a new row.';
end $$;
--> statement-breakpoint
create trigger close_once before update on ratebook.rate
  for each row execute function ratebook.close_rate_once();
--> statement-breakpoint
create trigger never_deleted before delete or truncate on ratebook.rate
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.catalogue_version
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.markup_policy
  for each statement execute function ratebook.refuse_change();
--> statement-breakpoint
create trigger append_only before update or delete or truncate on ratebook.audit_entry
  for each statement execute function ratebook.refuse_change();
