create sequence sandbox.transaction_numbers;

-- What the acquirer's host took, one row a message that moves or may move money. No card number ever: first six and
-- last four, and the class that the number belongs to.
create table sandbox.transactions (
  reference text primary key,
  number bigint not null default nextval('sandbox.transaction_numbers'),
  account text not null,
  -- Null: not known here, but taken back before it came.
  kind text check (kind in ('authorize', 'sale', 'capture', 'refund', 'release', 'reverse')),
  original text,
  amount numeric not null check (amount >= 0),
  currency text not null,
  card text,
  class text,
  status text not null check (status in ('approved', 'declined', 'challenged')),
  code text not null,
  received_at bigint not null,
  -- From when on inquiries hear of it, business time in ms.
  decided_at bigint not null,
  -- The issuer's name for the challenge, and the code that follows when it is passed.
  challenge text,
  code_after text,
  reversed_by text
) with (fillfactor = 90);
create index on sandbox.transactions (original) where original is not null;

-- The issuer's own record: whom it asked, and what the payer did. Written once.
create table sandbox.challenges (
  id text primary key,
  reference text not null,
  account text not null,
  amount text not null,
  currency text not null,
  card text not null,
  description text,
  return_url text not null,
  result text check (result in ('approve', 'decline', 'cancel'))
);
