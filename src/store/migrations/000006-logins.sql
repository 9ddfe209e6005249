-- Names and passwords of merchants on APIs that know logins, and what a login was given to show who it is. A token is
-- kept as its SHA-256, in hex. `expires_at` is real time.

create table tollgate.logins (
  api text not null,
  name text not null,
  merchant_id int not null references tollgate.merchants,
  hash text not null,
  state text not null default 'active' check (state in ('active', 'disabled')),
  created_at bigint not null,
  primary key (api, name)
);
create index logins_of_merchant on tollgate.logins (api, merchant_id);

create table tollgate.login_tokens (
  hash text primary key check (length(hash) = 64),
  api text not null,
  kind text not null check (kind in ('access', 'refresh')),
  merchant_id int not null,
  session uuid not null,
  expires_at bigint not null
);
create index login_tokens_of_merchant on tollgate.login_tokens (api, merchant_id);
create index login_tokens_by_end on tollgate.login_tokens (expires_at);
