-- Terminals and their batches; money that goes out to a payer; what is undone before it is settled.

alter table tollgate.payments
  add column direction text not null default 'in' check (direction in ('in', 'out')),
  add column paid_out_minor bigint not null default 0 check (paid_out_minor >= 0),
  add column payout_held_minor bigint not null default 0 check (payout_held_minor >= 0);
alter table tollgate.payments
  add constraint paid_out_within_amount check (paid_out_minor + payout_held_minor <= amount_minor) not valid,
  add constraint money_goes_one_way check (
    case direction when 'in' then paid_out_minor + payout_held_minor = 0 else authorized_minor = 0 end) not valid;

-- The batch that an operation belongs to: it passed the batch's gate in the commit that wrote it.
alter table tollgate.operations add column gate_id uuid;
create index operations_by_gate on tollgate.operations (gate_id) where gate_id is not null;

alter table tollgate.operations drop constraint operations_kind_check;
alter table tollgate.operations add constraint operations_kind_check check (kind in
  ('sale', 'authorize', 'verify', 'collect', 'receipt', 'capture', 'release', 'refund', 'payout', 'void', 'reversal',
    'stray')) not valid;

drop trigger operation_moves_on on tollgate.operations;
create trigger operation_moves_on before update on tollgate.operations for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    waiting>acting, waiting>declined, waiting>cancelled, waiting>expired,
    acting>waiting, acting>challenged, acting>accepted, acting>unknown, acting>approved, acting>declined,
    acting>expired, acting>cancelled,
    challenged>waiting, challenged>acting, challenged>approved, challenged>declined, challenged>cancelled,
    challenged>expired,
    accepted>challenged, accepted>approved, accepted>declined, accepted>cancelled,
    unknown>challenged, unknown>accepted, unknown>approved, unknown>declined, unknown>cancelled, unknown>reversed
  }'::text[])) execute function tollgate.refuse();

drop trigger attempt_moves_on on tollgate.attempts;
create trigger attempt_moves_on before update on tollgate.attempts for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    sending>challenged, sending>accepted, sending>unknown, sending>approved, sending>declined, sending>not_sent,
    sending>reversed,
    challenged>sending, challenged>approved, challenged>declined, challenged>abandoned,
    accepted>challenged, accepted>approved, accepted>declined, accepted>reversed,
    unknown>challenged, unknown>accepted, unknown>approved, unknown>declined, unknown>reversed
  }'::text[])) execute function tollgate.refuse();

-- What was captured goes only with its authorization: a sale that is undone as a whole.
drop trigger moved_money_stays on tollgate.payments;
create trigger moved_money_stays before update on tollgate.payments for each row
  when (new.refunded_minor < old.refunded_minor or (new.captured_minor < old.captured_minor
    and new.captured_minor - old.captured_minor <> new.authorized_minor - old.authorized_minor))
  execute function tollgate.refuse();

drop trigger payment_is_the_same on tollgate.payments;
create trigger payment_is_the_same
  before update of merchant_id, id, shop_id, currency, amount_minor, direction, takes_more, created_at
  on tollgate.payments
  for each row when ((old.merchant_id, old.id, old.shop_id, old.currency, old.amount_minor, old.direction,
    old.takes_more, old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.currency, new.amount_minor, new.direction, new.takes_more,
    new.created_at))
  execute function tollgate.refuse();

drop trigger operation_is_the_same on tollgate.operations;
create trigger operation_is_the_same
  before update of merchant_id, payment_id, ordinal, id, kind, amount_minor, target, gate_id
  on tollgate.operations for each row
  when ((old.merchant_id, old.payment_id, old.ordinal, old.id, old.kind, old.amount_minor, old.target, old.gate_id)
    is distinct from
    (new.merchant_id, new.payment_id, new.ordinal, new.id, new.kind, new.amount_minor, new.target, new.gate_id))
  execute function tollgate.refuse();

-- A device that reads cards, by the number that its acquirer knows it by at one of the shop's accounts.
create table tollgate.terminals (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  account text not null,
  number text not null,
  state text not null check (state in ('active', 'disabled')),
  created_at bigint not null,
  primary key (merchant_id, id),
  unique (shop_id, account, number)
);

-- What a terminal did until it settles. A batch is a gate of that id, which settlement closes.
create table tollgate.batches (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  terminal_id uuid not null,
  -- The cards that it is for, as the API names them, and its number at the terminal.
  method text not null,
  number text not null,
  opened_at bigint not null,
  primary key (merchant_id, id),
  unique (terminal_id, method, number)
);

-- Each time a terminal said what it had done. `claimed` and `counted` are totals as JSON, amounts as text in minor units.
create table tollgate.settlements (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  batch_id uuid,
  reference text not null,
  request_hash text not null,
  memo text not null,
  -- `closed` it; found it closed already; `differs`, and left it open; or `refused`, of a terminal that is not known.
  result text not null check (result in ('closed', 'repeated', 'differs', 'refused')),
  reason text,
  claimed text not null,
  counted text,
  settled_at bigint not null,
  primary key (merchant_id, id)
);
create index settlements_of_batch on tollgate.settlements (batch_id);
-- A batch is closed once.
create unique index batch_closed_once on tollgate.settlements (batch_id) where result = 'closed';

create trigger append_only before update or delete or truncate on tollgate.settlements
  for each statement execute function tollgate.append_only();
create trigger only_grows before update or delete or truncate on tollgate.batches
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.terminals
  for each statement execute function tollgate.append_only();
