-- A shop's list of what it was asked for: by the second, then by the bytes of the reference. Everything in the index is
-- fixed when an operation is written, so that no later update of one has to touch an index.
alter table tollgate.operations add column shop_id uuid;

-- The constraint is not valid for old rows, but an update would hold them to it: no upgrade stops at one.
alter table tollgate.operations drop constraint finished_at_its_end;
update tollgate.operations o set shop_id = p.shop_id
  from tollgate.payments p where p.merchant_id = o.merchant_id and p.id = o.payment_id;
alter table tollgate.operations add constraint finished_at_its_end check (
  (finished_at is not null) = (state = any ('{approved, declined, refused, cancelled, expired, reversed}'::text[]))
) not valid;

create index operations_listed on tollgate.operations
  (shop_id, (requested_at / 1000), reference collate "C") where reference is not null;

-- The release before may go on writing for a while and knows no such column: its operations would never be listed. At
-- their commit, because within its statement the payment may be written after them.
create function tollgate.name_shop_of_operation() returns trigger language plpgsql as $$
begin
  update tollgate.operations o set shop_id = p.shop_id from tollgate.payments p
    where o.merchant_id = new.merchant_id and o.payment_id = new.payment_id and o.ordinal = new.ordinal
      and p.merchant_id = new.merchant_id and p.id = new.payment_id;
  return null;
end $$;
create constraint trigger operations_without_shop after insert on tollgate.operations
  deferrable initially deferred for each row when (new.shop_id is null)
  execute function tollgate.name_shop_of_operation();
