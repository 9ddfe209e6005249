-- Codes by text, cards that are only proven, and what the tax office is owed.

alter table tollgate.checkouts add column demands_challenge boolean not null default false;
alter table tollgate.checkouts add column redirect_ms bigint;
alter table tollgate.checkouts add column submit_count_max int;

alter table tollgate.operations drop constraint operations_kind_check;
alter table tollgate.operations add constraint operations_kind_check check (kind in
  ('sale', 'authorize', 'verify', 'capture', 'release', 'refund', 'reversal', 'stray'));

alter table tollgate.operations add constraint verify_moves_nothing check (kind <> 'verify' or amount_minor = 0);

alter table tollgate.tasks drop constraint tasks_kind_check;
alter table tollgate.tasks add constraint tasks_kind_check check (kind in ('expire', 'lapse', 'fiscal'));

alter table tollgate.events drop constraint events_actor_check;
alter table tollgate.events add constraint events_actor_check check (actor in
  ('merchant', 'payer', 'acquirer', 'office', 'timer', 'operator'));

create table tollgate.fiscal_receipts (
  merchant_id int not null,
  payment_id uuid not null,
  operation int not null,
  state text not null check (state in ('wanted', 'pending', 'failed', 'registered')),
  lines text not null,
  tries int not null,
  number text,
  terminal text,
  sign text,
  url text,
  message text,
  registered_at bigint,
  primary key (merchant_id, payment_id, operation)
) with (fillfactor = 80);
