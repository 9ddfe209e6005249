-- Payments by wallet: the payer opens the wallet's app under a code that the host made, and pays there. Money that payers
-- push has an order (`collect`) that itself moves nothing, and a row for each transfer.

alter table sandbox.transactions drop constraint transactions_kind_check;
alter table sandbox.transactions add constraint transactions_kind_check
  check (kind in ('authorize', 'sale', 'verify', 'collect', 'transfer', 'capture', 'refund', 'release', 'reverse'));

-- What was paid with, if not with a card. Orders by wallet keep the name of their page in `challenge`.
alter table sandbox.transactions add column wallet text;
create unique index on sandbox.transactions (challenge) where wallet is not null and challenge is not null;
