-- Wallets, and money that payers push.

alter table tollgate.payments add column takes_more boolean not null default false;
alter table tollgate.payments drop constraint authorized_within_amount;
alter table tollgate.payments
  add constraint authorized_within_amount check (takes_more or authorized_minor <= amount_minor) not valid;

alter table tollgate.payments drop constraint payments_state_check;
alter table tollgate.payments add constraint payments_state_check check (state in
  ('open', 'acting', 'part_paid', 'approved', 'declined', 'cancelled', 'expired')) not valid;

alter table tollgate.operations drop constraint operations_kind_check;
alter table tollgate.operations add constraint operations_kind_check check (kind in
  ('sale', 'authorize', 'verify', 'collect', 'receipt', 'capture', 'release', 'refund', 'reversal', 'stray')) not valid;

alter table tollgate.attempts add column wallet text;
alter table tollgate.attempts add column payer text;
alter table tollgate.checkouts add column wallet text;

drop trigger payment_moves_on on tollgate.payments;
create trigger payment_moves_on before update on tollgate.payments for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    open>acting, open>declined, open>cancelled, open>expired,
    acting>open, acting>part_paid, acting>approved, acting>declined, acting>cancelled, acting>expired,
    part_paid>approved, part_paid>cancelled, part_paid>expired
  }'::text[])) execute function tollgate.refuse();

drop trigger payment_is_the_same on tollgate.payments;
create trigger payment_is_the_same
  before update of merchant_id, id, shop_id, currency, amount_minor, takes_more, created_at on tollgate.payments
  for each row when ((old.merchant_id, old.id, old.shop_id, old.currency, old.amount_minor, old.takes_more,
    old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.currency, new.amount_minor, new.takes_more, new.created_at))
  execute function tollgate.refuse();

drop trigger attempt_is_the_same on tollgate.attempts;
create trigger attempt_is_the_same
  before update of merchant_id, payment_id, operation, ordinal, acquirer, account, sent_reference, wallet
  on tollgate.attempts for each row
  when ((old.merchant_id, old.payment_id, old.operation, old.ordinal, old.acquirer, old.account, old.sent_reference,
    old.wallet) is distinct from
    (new.merchant_id, new.payment_id, new.operation, new.ordinal, new.acquirer, new.account, new.sent_reference,
    new.wallet)) execute function tollgate.refuse();

drop trigger ended_attempt_stays on tollgate.attempts;
create trigger ended_attempt_stays before update on tollgate.attempts for each row
  when (old.state = any ('{approved, declined, not_sent, abandoned, reversed}'::text[]) and
    (old.route_id, old.acquirer_reference, old.acquirer_time, old.response_code, old.response_text, old.approval_code,
      old.network_reference, old.card_brand, old.card_first6, old.card_last4, old.card_expiry, old.payer, old.vault_ref,
      old.challenge, old.doubt, old.sent_at, old.inquiries, old.not_found, old.due_at) is distinct from
    (new.route_id, new.acquirer_reference, new.acquirer_time, new.response_code, new.response_text, new.approval_code,
      new.network_reference, new.card_brand, new.card_first6, new.card_last4, new.card_expiry, new.payer, new.vault_ref,
      new.challenge, new.doubt, new.sent_at, new.inquiries, new.not_found, new.due_at))
  execute function tollgate.refuse();
