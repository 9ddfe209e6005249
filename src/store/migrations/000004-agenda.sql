-- What falls due. `lease_until` is real time, `due_at` business time.

create table tollgate.tasks (
  merchant_id int not null,
  payment_id uuid not null,
  kind text not null check (kind in ('expire', 'lapse')),
  due_at bigint not null,
  lease_until bigint not null default 0,
  primary key (merchant_id, payment_id, kind)
) with (fillfactor = 80);
create index tasks_due on tollgate.tasks (due_at);

-- `endpoint` names the receiver: a shop and the scheme, host and port of the address.
create table tollgate.notices (
  merchant_id int not null,
  payment_id uuid not null,
  seq int not null,
  operation int not null,
  shop_id uuid not null,
  endpoint text not null,
  url text not null,
  body text not null,
  state text not null default 'due' check (state in ('due', 'delivered', 'replaced', 'abandoned')),
  due_at bigint not null,
  tries int not null default 0,
  lease_until bigint not null default 0,
  fence int not null default 0,
  last_status int,
  last_note text,
  created_at bigint not null,
  primary key (merchant_id, payment_id, seq)
) with (fillfactor = 80);
create index notices_due on tollgate.notices (endpoint, due_at, seq) where state = 'due';
create index notices_by_age on tollgate.notices (created_at);
