-- The tax office: what it registered, once a reference, and whether it is open.

create table sandbox.receipts (
  number bigint primary key generated always as identity (start with 88001),
  reference text not null unique,
  kind text not null check (kind in ('sale', 'refund')),
  -- The sale's number; null for a sale.
  original bigint references sandbox.receipts,
  seller text not null,
  amount numeric not null check (amount > 0),
  currency text not null,
  lines text not null,
  terminal text not null,
  sign text not null,
  registered_at bigint not null
);
create index on sandbox.receipts (original) where original is not null;

create table sandbox.tax_office (
  one boolean primary key default true check (one),
  mode text not null default 'none' check (mode in ('none', 'down', 'slow'))
);
insert into sandbox.tax_office default values;
