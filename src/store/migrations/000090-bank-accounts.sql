-- Bank accounts that are debited: what may be shown of one (JSON text) with the attempt, and those that are kept for later debits.

alter table tollgate.attempts add column bank_account text;

drop trigger attempt_is_the_same on tollgate.attempts;
create trigger attempt_is_the_same
  before update of merchant_id, payment_id, operation, ordinal, acquirer, account, sent_reference, wallet, bank_account
  on tollgate.attempts for each row
  when ((old.merchant_id, old.payment_id, old.operation, old.ordinal, old.acquirer, old.account, old.sent_reference,
    old.wallet, old.bank_account) is distinct from
    (new.merchant_id, new.payment_id, new.operation, new.ordinal, new.acquirer, new.account, new.sent_reference,
    new.wallet, new.bank_account)) execute function tollgate.refuse();

-- How the account is debited that is to pay; null where none is.
alter table tollgate.checkouts add column debit text;

-- Named like stored cards; forgotten ones are known as those are. The number is in the vault.
create table tollgate.stored_accounts (
  owner int not null,
  token text not null,
  vault_ref text not null,
  face text not null,
  customer text,
  stored_at bigint not null,
  primary key (owner, token)
);
create index stored_accounts_by_vault_ref on tollgate.stored_accounts (vault_ref);
