-- What core never writes (src/core/states.ts, faults.ts, totals.ts) and the tables refuse as well, for the day on which
-- something else writes it. The conditions stand in the triggers, so that the function runs for a refusal only.

create function tollgate.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'a row of % may not change so', tg_table_name
    using errcode = '23514', schema = tg_table_schema, table = tg_table_name, constraint = tg_name;
end $$;

-- From state to state, as the tables of states.ts have it. An end leads nowhere.
create trigger payment_moves_on before update on tollgate.payments for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    open>acting, open>declined, open>cancelled, open>expired,
    acting>open, acting>approved, acting>declined, acting>cancelled, acting>expired
  }'::text[])) execute function tollgate.refuse();

-- acting>expired is two moves in one commit: an order that did not leave, at a checkout that is over meanwhile.
create trigger operation_moves_on before update on tollgate.operations for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    waiting>acting, waiting>declined, waiting>cancelled, waiting>expired,
    acting>waiting, acting>challenged, acting>accepted, acting>unknown, acting>approved, acting>declined,
    acting>expired,
    challenged>waiting, challenged>acting, challenged>approved, challenged>declined, challenged>cancelled,
    challenged>expired,
    accepted>challenged, accepted>approved, accepted>declined,
    unknown>challenged, unknown>accepted, unknown>approved, unknown>declined, unknown>reversed
  }'::text[])) execute function tollgate.refuse();

create trigger attempt_moves_on before update on tollgate.attempts for each row
  when (old.state <> new.state and old.state || '>' || new.state <> all ('{
    sending>challenged, sending>accepted, sending>unknown, sending>approved, sending>declined, sending>not_sent,
    challenged>sending, challenged>approved, challenged>declined, challenged>abandoned,
    accepted>challenged, accepted>approved, accepted>declined,
    unknown>challenged, unknown>accepted, unknown>approved, unknown>declined, unknown>reversed
  }'::text[])) execute function tollgate.refuse();

-- What has ended stays as it is: of an operation all but which reversal undid it, of an attempt all but its lease.
create trigger ended_operation_stays before update on tollgate.operations for each row
  when (old.finished_at is not null and
    (old.reason, old.reference, old.request_hash, old.notice_url, old.card_token, old.memo, old.requested_at,
      old.finished_at) is distinct from
    (new.reason, new.reference, new.request_hash, new.notice_url, new.card_token, new.memo, new.requested_at,
      new.finished_at)) execute function tollgate.refuse();

create trigger operation_is_undone_once before update on tollgate.operations for each row
  when (old.undone_by <> new.undone_by or (old.undone_by is not null and new.undone_by is null))
  execute function tollgate.refuse();

create trigger ended_attempt_stays before update on tollgate.attempts for each row
  when (old.state = any ('{approved, declined, not_sent, abandoned, reversed}'::text[]) and
    (old.route_id, old.acquirer_reference, old.acquirer_time, old.response_code, old.response_text, old.approval_code,
      old.network_reference, old.card_brand, old.card_first6, old.card_last4, old.card_expiry, old.vault_ref,
      old.challenge, old.doubt, old.sent_at, old.inquiries, old.not_found, old.due_at) is distinct from
    (new.route_id, new.acquirer_reference, new.acquirer_time, new.response_code, new.response_text, new.approval_code,
      new.network_reference, new.card_brand, new.card_first6, new.card_last4, new.card_expiry, new.vault_ref,
      new.challenge, new.doubt, new.sent_at, new.inquiries, new.not_found, new.due_at))
  execute function tollgate.refuse();

create trigger registered_receipt_stays before update on tollgate.fiscal_receipts for each row
  when (old.state = 'registered' and old.* is distinct from new.*) execute function tollgate.refuse();

create trigger held_claim_stays before update on tollgate.claims for each row
  when (old.held and old.* is distinct from new.*) execute function tollgate.refuse();

create trigger version_rises before update on tollgate.payments for each row
  when (new.version <= old.version) execute function tollgate.refuse();

-- An operation that was approved stays so, and of those only a release takes something away: from what is authorized.
create trigger moved_money_stays before update on tollgate.payments for each row
  when (new.captured_minor < old.captured_minor or new.refunded_minor < old.refunded_minor)
  execute function tollgate.refuse();

-- Which row it is, and what was asked. Our statements never name these columns, so these triggers cost them nothing.
create trigger payment_is_the_same
  before update of merchant_id, id, shop_id, currency, amount_minor, created_at on tollgate.payments for each row
  when ((old.merchant_id, old.id, old.shop_id, old.currency, old.amount_minor, old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.currency, new.amount_minor, new.created_at))
  execute function tollgate.refuse();

create trigger operation_is_the_same
  before update of merchant_id, payment_id, ordinal, id, kind, amount_minor, target on tollgate.operations for each row
  when ((old.merchant_id, old.payment_id, old.ordinal, old.id, old.kind, old.amount_minor, old.target) is distinct from
    (new.merchant_id, new.payment_id, new.ordinal, new.id, new.kind, new.amount_minor, new.target))
  execute function tollgate.refuse();

create trigger attempt_is_the_same
  before update of merchant_id, payment_id, operation, ordinal, acquirer, account, sent_reference
  on tollgate.attempts for each row
  when ((old.merchant_id, old.payment_id, old.operation, old.ordinal, old.acquirer, old.account, old.sent_reference)
    is distinct from
    (new.merchant_id, new.payment_id, new.operation, new.ordinal, new.acquirer, new.account, new.sent_reference))
  execute function tollgate.refuse();

-- Nothing that money hangs from is taken away.
create trigger only_grows before delete or truncate on tollgate.payments
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.operations
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.attempts
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.claims
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.cases
  for each statement execute function tollgate.append_only();
create trigger only_grows before delete or truncate on tollgate.fiscal_receipts
  for each statement execute function tollgate.append_only();

-- NOT VALID: what stands already is not read through while payments wait, and no upgrade stops at an old row.
alter table tollgate.payments
  add constraint authorized_within_amount check (authorized_minor <= amount_minor) not valid,
  add constraint currency_has_three_letters check (currency ~ '^[A-Z]{3}$') not valid;

alter table tollgate.operations add constraint finished_at_its_end check (
  (finished_at is not null) = (state = any ('{approved, declined, refused, cancelled, expired, reversed}'::text[]))
) not valid;

alter table tollgate.attempts add constraint nothing_due_after_the_end check (
  (due_at is null and challenge is null)
  or state <> all ('{approved, declined, not_sent, abandoned, reversed}'::text[])
) not valid;
