-- Invoices are legal documents: what was issued stays as it was, and numbers have no gaps.

create trigger append_only before update or delete or truncate on ratebook.invoice
  for each statement execute function ratebook.refuse_change();

create trigger append_only before update or delete or truncate on ratebook.custom_invoice_posting
  for each statement execute function ratebook.refuse_change();

-- A counter starts at 1 and moves by one, so that a number is skipped by nobody, whatever writes it.
create function ratebook.check_invoice_counter() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'ratebook.invoice_counter is never deleted' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'INSERT' and new.last <> 1 then
    raise exception 'invoices are counted from 1' using errcode = 'restrict_violation';
  end if;
  if tg_op = 'UPDATE' and (new.last <> old.last + 1 or (new.seller, new.series, new.year) <> (old.seller, old.series, old.year)) then
    raise exception 'invoices are counted one by one' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger one_by_one before insert or update or delete on ratebook.invoice_counter
  for each row execute function ratebook.check_invoice_counter();

-- A document carries the number that its counter stands at in this very transaction.
create function ratebook.check_invoice_number() returns trigger language plpgsql as $$
begin
  if not exists (select from ratebook.invoice_counter c
      where (c.seller, c.series, c.year, c.last) = (new.seller, new.series, new.year, new.sequence)) then
    raise exception 'invoice % does not carry the next number', new.number using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

create trigger next_number before insert on ratebook.invoice
  for each row execute function ratebook.check_invoice_number();
