-- What operators let shops take, and of whom. A shop's tries pass the gate one at a time, so that the sum holds.
create table tollgate.shop_rules (
  merchant_id int not null,
  shop_id uuid not null,
  gate_id uuid not null,
  rules text not null,
  changed_at bigint not null,
  primary key (shop_id)
);

-- A try that counts against the limits of its shop, written in the commit that let it leave.
create table tollgate.uses (
  merchant_id int not null,
  payment_id uuid not null,
  entry int not null,
  gate_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  card text,
  at bigint not null,
  primary key (merchant_id, payment_id, entry)
);
create index uses_by_gate on tollgate.uses (gate_id, at);
create trigger only_grows before update or delete or truncate on tollgate.uses
  for each statement execute function tollgate.append_only();
