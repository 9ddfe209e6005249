-- The money. Every key starts with the merchant and the payment, so that these tables can later be cut by merchant
-- (shards) and by time (a payment's id starts with it). No other index starts with merchant_id: a plan cached while the
-- tables were empty would take it for single rows. No foreign keys: each would lock one more row on the hot path.

create table tollgate.payments (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  state text not null check (state in ('open', 'acting', 'approved', 'declined', 'cancelled', 'expired')),
  version int not null check (version > 0),
  currency text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  authorized_minor bigint not null check (authorized_minor >= 0),
  captured_minor bigint not null check (captured_minor >= 0),
  refunded_minor bigint not null check (refunded_minor >= 0),
  authorized_held_minor bigint not null check (authorized_held_minor >= 0),
  captured_held_minor bigint not null check (captured_held_minor >= 0),
  notice_count int not null,
  created_at bigint not null,
  primary key (merchant_id, id),
  constraint captured_within_authorized check (captured_minor + authorized_held_minor <= authorized_minor),
  constraint refunded_within_captured check (refunded_minor + captured_held_minor <= captured_minor)
) with (fillfactor = 80);

create table tollgate.operations (
  merchant_id int not null,
  payment_id uuid not null,
  ordinal int not null,
  id uuid not null,
  kind text not null check (kind in ('sale', 'authorize', 'capture', 'release', 'refund', 'reversal', 'stray')),
  state text not null check (state in (
    'waiting', 'acting', 'challenged', 'accepted', 'unknown',
    'approved', 'declined', 'refused', 'cancelled', 'expired', 'reversed'
  )),
  amount_minor bigint not null check (amount_minor >= 0),
  target int,
  undone_by int,
  reason text,
  reference text,
  request_hash text,
  notice_url text,
  card_token text,
  memo text,
  requested_at bigint not null,
  finished_at bigint,
  primary key (merchant_id, payment_id, ordinal)
) with (fillfactor = 80);
create index operations_by_id on tollgate.operations (id);

create table tollgate.attempts (
  merchant_id int not null,
  payment_id uuid not null,
  operation int not null,
  ordinal int not null,
  route_id uuid not null,
  acquirer text not null,
  account text not null,
  state text not null check (state in (
    'sending', 'challenged', 'accepted', 'unknown', 'approved', 'declined', 'not_sent', 'abandoned', 'reversed'
  )),
  sent_reference text not null,
  acquirer_reference text,
  acquirer_time text,
  response_code text,
  response_text text,
  approval_code text,
  network_reference text,
  card_brand text,
  card_first6 text check (length(card_first6) <= 6),
  card_last4 text check (length(card_last4) <= 4),
  card_expiry text,
  vault_ref text,
  challenge text,
  doubt text check (doubt in ('silence', 'host_error')),
  sent_at bigint not null,
  inquiries int not null,
  not_found int not null,
  due_at bigint,
  lease_until bigint not null default 0,
  primary key (merchant_id, payment_id, operation, ordinal)
) with (fillfactor = 80);
create index attempts_due on tollgate.attempts (due_at) where due_at is not null;

create table tollgate.checkouts (
  merchant_id int not null,
  payment_id uuid not null,
  success_url text,
  failure_url text,
  expires_at bigint not null,
  brands text not null,
  keeps_card boolean not null,
  primary key (merchant_id, payment_id)
);

-- References taken. The only place that keeps anything unique for ever: small, never cut, never expires.
create table tollgate.claims (
  merchant_id int not null,
  scope text not null,
  value text not null,
  payment_id uuid not null,
  command uuid not null,
  held boolean not null,
  primary key (merchant_id, scope, value)
);

-- Rows that payments pass one at a time.
create table tollgate.gates (
  merchant_id int not null,
  id uuid not null,
  kind text not null,
  version int not null,
  state text not null check (state in ('open', 'closed')),
  primary key (merchant_id, id)
) with (fillfactor = 80);

create table tollgate.stored_cards (
  owner int not null,
  token text not null,
  vault_ref text not null,
  card_brand text not null,
  card_first6 text not null check (length(card_first6) <= 6),
  card_last4 text not null check (length(card_last4) <= 4),
  card_expiry text not null,
  network_reference text,
  stored_at bigint not null,
  primary key (owner, token)
);
create index stored_cards_by_vault_ref on tollgate.stored_cards (vault_ref);

-- Raised by the record statement when a step won some of its claims and lost others.
create function tollgate.torn_claim() returns int language plpgsql volatile as $$
begin
  raise exception 'a step won some of its claims and lost others' using errcode = 'TG001';
end $$;
