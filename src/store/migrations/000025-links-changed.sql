-- When a link was last changed by its merchant, or came to its end. Null: not since it was made.
alter table tollgate.links add column changed_at bigint check (changed_at >= created_at);
