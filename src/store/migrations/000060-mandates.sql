-- Standing orders of payers, what became of each of their periods, and when somebody looks at them. `due_at` is business time.
create table tollgate.mandates (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  -- The payment that began the series.
  origin_payment_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  unit text not null check (unit in ('day', 'week', 'month', 'year')),
  unit_count int not null check (unit_count between 1 and 1000),
  time_zone text not null,
  first_due_at bigint not null,
  period_count_max int check (period_count_max > 0),
  until_at bigint,
  state text not null check (state in ('active', 'ended', 'stopped', 'cancelled')),
  reason text,
  period int not null check (period > 0),
  attempt int not null check (attempt > 0),
  due_at bigint not null,
  lease_until bigint not null default 0,
  -- Moves on with each change.
  version int not null default 1,
  created_at bigint not null,
  changed_at bigint not null check (changed_at >= created_at),
  primary key (merchant_id, id)
) with (fillfactor = 80);
create index mandates_due on tollgate.mandates (due_at) where state = 'active';
create index mandates_of_shops on tollgate.mandates (shop_id, id);

create trigger mandate_is_the_same
  before update of merchant_id, id, shop_id, origin_payment_id, currency, unit, unit_count, time_zone, first_due_at, created_at
  on tollgate.mandates for each row
  when ((old.merchant_id, old.id, old.shop_id, old.origin_payment_id, old.currency, old.unit, old.unit_count, old.time_zone,
    old.first_due_at, old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.origin_payment_id, new.currency, new.unit, new.unit_count, new.time_zone,
    new.first_due_at, new.created_at))
  execute function tollgate.refuse();

create trigger mandate_stays_ended before update on tollgate.mandates for each row
  when (old.state <> 'active' or new.version < old.version or (new.period, new.attempt) < (old.period, old.attempt))
  execute function tollgate.refuse();

create trigger only_grows before delete or truncate on tollgate.mandates
  for each statement execute function tollgate.append_only();

-- A period is over once.
create table tollgate.mandate_periods (
  merchant_id int not null,
  mandate_id uuid not null,
  period int not null,
  outcome text not null check (outcome in ('charged', 'given_up', 'missed')),
  at bigint not null,
  primary key (merchant_id, mandate_id, period)
);
create trigger only_grows before update or delete or truncate on tollgate.mandate_periods
  for each statement execute function tollgate.append_only();
