-- What acquirers say that they paid merchants for, as operators bring it in. It says what reached a merchant's bank account; the books
-- of payments are not moved by it.
create table tollgate.statements (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  kind text not null check (kind in ('sale', 'refund')),
  provider text not null,
  terminal text not null,
  batch text not null,
  -- `YYYY-MM-DD`.
  settled_on text not null check (settled_on ~ '^\d{4}-\d{2}-\d{2}$'),
  notice text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  imported_at bigint not null,
  primary key (merchant_id, id),
  unique (shop_id, settled_on, kind, provider, batch, currency)
);
create trigger only_grows before update or delete or truncate on tollgate.statements
  for each statement execute function tollgate.append_only();

-- An operation is settled once.
create table tollgate.statement_items (
  merchant_id int not null,
  statement_id uuid not null,
  ordinal int not null check (ordinal > 0),
  payment_id uuid not null,
  operation int not null,
  amount_minor bigint not null check (amount_minor > 0),
  fee_minor bigint not null check (fee_minor >= 0),
  primary key (merchant_id, statement_id, ordinal),
  unique (payment_id, operation)
);
create trigger only_grows before update or delete or truncate on tollgate.statement_items
  for each statement execute function tollgate.append_only();
