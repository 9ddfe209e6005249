-- Whether the acquirer is to decline what it does not challenge, and whether a declined card leaves the payment open for another.
alter table tollgate.checkouts
  add column requires_challenge boolean not null default false,
  add column retries_declined boolean not null default false;
