-- Partners act for merchants, and may own stored cards that these charge: so their numbers are of one series, and an owner is
-- either.
create table tollgate.partners (
  id int primary key default nextval(pg_get_serial_sequence('tollgate.merchants', 'id')) check (id between 1 and 67108863),
  name text not null unique,
  created_at bigint not null
);

-- That there once was a card of that name, so that it can be told from one that never was.
create table tollgate.forgotten_cards (
  owner int not null,
  token text not null,
  primary key (owner, token)
);
