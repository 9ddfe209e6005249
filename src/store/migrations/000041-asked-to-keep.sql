-- Whether payers say themselves if their card may be stored.
alter table tollgate.checkouts
  add column asks_to_keep boolean not null default false,
  add check (keeps_card or not asks_to_keep);
