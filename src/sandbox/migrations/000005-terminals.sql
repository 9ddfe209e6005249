-- Cards that were held to a terminal, money that goes out to a card, and what is undone before it is settled.

alter table sandbox.transactions drop constraint transactions_kind_check;
alter table sandbox.transactions add constraint transactions_kind_check check (kind in ('authorize', 'sale', 'verify',
  'collect', 'transfer', 'capture', 'refund', 'release', 'payout', 'void', 'reverse'));

-- The terminal that a card was held to, its batch and the trace number of the message: `12345678/000001/000011`.
alter table sandbox.transactions add column terminal text;
