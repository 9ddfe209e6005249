-- Who is who, and what this installation is. Times are milliseconds since 1970 UTC.

create table tollgate.installation (
  one boolean primary key default true check (one),
  mode text check (mode in ('sandbox', 'live')),
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0)
);
insert into tollgate.installation default values;

-- The number is part of every id, where it has 26 bits.
create table tollgate.merchants (
  id int primary key generated always as identity check (id between 1 and 67108863),
  name text not null,
  state text not null default 'active' check (state in ('active', 'disabled')),
  created_at bigint not null
);

create table tollgate.shops (
  id uuid primary key,
  merchant_id int not null references tollgate.merchants,
  api text not null,
  wire_name text not null,
  settings text not null,
  state text not null default 'active' check (state in ('active', 'disabled')),
  created_at bigint not null,
  unique (api, wire_name)
);

create table tollgate.credentials (
  shop_id uuid not null references tollgate.shops,
  public_key text not null,
  state text not null default 'active' check (state in ('active', 'retired')),
  added_at bigint not null,
  primary key (shop_id, public_key)
);

create table tollgate.routes (
  merchant_id int not null references tollgate.merchants,
  id uuid not null,
  shop_id uuid not null references tollgate.shops,
  position int not null,
  acquirer text not null,
  account text not null,
  brands text[] not null,
  currencies text[] not null,
  min_minor bigint check (min_minor >= 0),
  max_minor bigint check (max_minor >= 0),
  primary key (merchant_id, id)
);
create index routes_of_shop on tollgate.routes (shop_id);
