-- Cards whose payer confirms by a code that is texted, cards that are only proven, and what comes after a challenge.

alter table sandbox.transactions drop constraint transactions_kind_check;
alter table sandbox.transactions add constraint transactions_kind_check
  check (kind in ('authorize', 'sale', 'verify', 'capture', 'refund', 'release', 'reverse'));

-- How the host answers once the challenge is passed; null where there is none.
alter table sandbox.transactions add column way_after text check (way_after in ('answer', 'late', 'silent', 'broken'));

-- For what is left on a card.
create index on sandbox.transactions (card, currency);

-- What the sandbox phone shows. The code is the same for everybody.
create table sandbox.texts (
  number bigint primary key generated always as identity,
  reference text not null,
  account text not null,
  phone text not null,
  card text not null,
  text text not null,
  sent_at bigint not null
);
