-- Everything in this schema is sealed, or says nothing about a card by itself.

-- Keys, each wrapped by the key-encryption key that kek_id names. `uses` is what processes have reserved, not counted.
create table vault.keys (
  id text primary key,
  purpose text not null check (purpose in ('cards', 'secrets', 'fingerprint')),
  day text not null,
  uses bigint not null check (uses between 0 and 16777216),
  kek_id text not null,
  wrapped bytea not null
);

-- expires_at is null when the card is kept for later charges.
create table vault.cards (
  owner integer not null,
  ref text not null,
  fingerprint bytea not null,
  fingerprint_version smallint not null,
  key_id text not null,
  sealed bytea not null,
  expires_at bigint,
  primary key (owner, ref),
  -- Starts with another column than the key: a plan made while the table was empty could take this index for that one.
  unique (fingerprint, owner)
) with (fillfactor = 80);
create index on vault.cards (expires_at) where expires_at is not null;

-- Security codes while a challenge is open, under keys that are kept nowhere.
create table vault.codes (
  owner integer not null,
  slot text not null,
  sealed bytea not null,
  expires_at bigint not null,
  primary key (owner, slot)
);
create index on vault.codes (expires_at);

create table vault.secrets (
  name text primary key,
  key_id text not null,
  sealed bytea not null
);
