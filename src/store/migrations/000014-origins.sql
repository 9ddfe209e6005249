-- What a payment is one of: the merchant's order, which several may be tried for, and the payment that it repeats or pays out
-- to the card of. And whose a stored card is, in the words of its merchant. Where an API knows none of these, no index is written.
alter table tollgate.payments
  add column order_reference text,
  add column origin_payment_id uuid;
create index payments_of_order on tollgate.payments (shop_id, order_reference) where order_reference is not null;
create index payments_of_origin on tollgate.payments (origin_payment_id) where origin_payment_id is not null;

-- What the merchant told of the payer and the order, for strong authentication; emptied some time after the end.
alter table tollgate.checkouts
  add column customer text,
  add column payer_info text;
create index checkouts_with_payer_info on tollgate.checkouts (merchant_id, payment_id) where payer_info is not null;
alter table tollgate.stored_cards add column customer text;
create index stored_cards_of_customer on tollgate.stored_cards (customer) where customer is not null;

create trigger payment_belongs_where_it_did
  before update of order_reference, origin_payment_id on tollgate.payments for each row
  when ((old.order_reference, old.origin_payment_id) is distinct from (new.order_reference, new.origin_payment_id))
  execute function tollgate.refuse();
