-- What the operator's overview sums and lists. Entries are appended in the order of time, so a range index of a few pages
-- finds a month among millions; the other one holds parked events only.
create index entry_created_at on ratebook.entry using brin (created_at) with (pages_per_range = 32);
create index if not exists usage_event_parked on ratebook.usage_event (created_at) where state = 'parked';
