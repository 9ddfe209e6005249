-- What payers' banks took back of what was captured: a fact, by which the merchant has so much less.
alter table tollgate.payments add column disputed_minor bigint not null default 0 check (disputed_minor >= 0);
alter table tollgate.payments drop constraint refunded_within_captured;
alter table tollgate.payments add constraint refunded_within_captured
  check (refunded_minor + captured_held_minor + disputed_minor <= captured_minor) not valid;

alter table tollgate.operations drop constraint operations_kind_check;
alter table tollgate.operations add constraint operations_kind_check check (kind in
  ('sale', 'authorize', 'verify', 'collect', 'receipt', 'capture', 'release', 'refund', 'payout', 'dispute', 'void',
    'reversal', 'stray')) not valid;

drop trigger moved_money_stays on tollgate.payments;
create trigger moved_money_stays before update on tollgate.payments for each row
  when (new.refunded_minor < old.refunded_minor or new.disputed_minor < old.disputed_minor
    or (new.captured_minor < old.captured_minor
      and new.captured_minor - old.captured_minor <> new.authorized_minor - old.authorized_minor))
  execute function tollgate.refuse();
