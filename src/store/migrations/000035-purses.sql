-- What a shop may pay out of in a currency. A purse is a gate of that id: its payouts pass one at a time.
create table tollgate.purses (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  opened_at bigint not null,
  primary key (merchant_id, id),
  unique (shop_id, currency)
);
create trigger only_grows before update or delete or truncate on tollgate.purses
  for each statement execute function tollgate.append_only();
