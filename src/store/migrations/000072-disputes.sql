-- What payers' banks took back of what was captured: a fact, by which the merchant has so much less.
alter table tollgate.payments add column disputed_minor bigint not null default 0 check (disputed_minor >= 0);
alter table tollgate.payments drop constraint refunded_within_captured;
alter table tollgate.payments add constraint refunded_within_captured
  check (refunded_minor + captured_held_minor + disputed_minor <= captured_minor) not valid;

alter table tollgate.operations drop constraint operations_kind_check;
alter table tollgate.operations add constraint operations_kind_check check (kind in
  ('sale', 'authorize', 'verify', 'collect', 'receipt', 'capture', 'release', 'refund', 'payout', 'dispute', 'void',
    'reversal', 'stray')) not valid;

create trigger disputed_money_stays before update on tollgate.payments for each row
  when (new.disputed_minor < old.disputed_minor) execute function tollgate.refuse();
