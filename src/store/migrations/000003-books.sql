-- What is only ever added to: the ledger and the record of who did what. `entry` is the version that the commit gave
-- the payment.

create table tollgate.postings (
  merchant_id int not null,
  payment_id uuid not null,
  entry int not null,
  line int not null,
  debit text not null,
  credit text not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  at bigint not null,
  primary key (merchant_id, payment_id, entry, line),
  check (debit <> credit)
);

-- `command` lets a step whose answer was lost find out whether it was written.
create table tollgate.events (
  merchant_id int not null,
  payment_id uuid not null,
  entry int not null,
  line int not null,
  command uuid not null,
  name text not null,
  actor text not null check (actor in ('merchant', 'payer', 'acquirer', 'timer', 'operator')),
  operation int,
  detail text,
  at bigint not null,
  primary key (merchant_id, payment_id, entry, line)
);

create function tollgate.append_only() returns trigger language plpgsql as $$
begin
  raise exception '% only grows', tg_table_name using errcode = 'TG002';
end $$;
create trigger append_only before update or delete or truncate on tollgate.postings
  for each statement execute function tollgate.append_only();
create trigger append_only before update or delete or truncate on tollgate.events
  for each statement execute function tollgate.append_only();

-- Contradictions that a person must settle.
create table tollgate.cases (
  merchant_id int not null,
  payment_id uuid not null,
  entry int not null,
  line int not null,
  kind text not null check (kind in ('late_approval', 'mismatch', 'reversal_stuck', 'unresolved')),
  operation int not null,
  evidence text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  opened_at bigint not null,
  primary key (merchant_id, payment_id, entry, line)
);
