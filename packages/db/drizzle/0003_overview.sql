-- What the operator's overview sums. Entries are appended in the order of time, so a range index of a few pages finds a
-- month among millions.
create index entry_created_at on ratebook.entry using brin (created_at) with (pages_per_range = 32);
