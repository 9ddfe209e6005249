-- Whether the merchant's reference may be used again once the payment has come to nothing: its claim is then no longer held.
alter table tollgate.payments add column frees_reference boolean not null default false;

create trigger payment_keeps_its_terms
  before update of frees_reference on tollgate.payments for each row
  when (old.frees_reference is distinct from new.frees_reference)
  execute function tollgate.refuse();

-- A held claim stays as it is, but for one thing: it is let go of, where its payment says that references are.
create function tollgate.only_lets_go() returns trigger language plpgsql as $$
begin
  if not new.held
    and (new.merchant_id, new.scope, new.value, new.payment_id, new.command)
      = (old.merchant_id, old.scope, old.value, old.payment_id, old.command)
    and exists (select from tollgate.payments p
      where p.merchant_id = old.merchant_id and p.id = old.payment_id and p.frees_reference)
  then return new;
  end if;
  raise exception using errcode = 'check_violation', constraint = 'held_claim_stays',
    message = 'a held claim stays as it is';
end $$;

drop trigger held_claim_stays on tollgate.claims;
create trigger held_claim_stays before update on tollgate.claims for each row
  when (old.held and old.* is distinct from new.*) execute function tollgate.only_lets_go();
