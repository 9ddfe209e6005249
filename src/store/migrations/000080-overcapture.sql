-- Authorizations that may be captured for more: by so many percent of what is still authorized, rounded down. Divided before it is
-- multiplied, so that no amount that fits the column is too large.

alter table tollgate.payments add column overcapture_percent int not null default 0;
alter table tollgate.payments drop constraint captured_within_authorized;
alter table tollgate.payments
  add constraint overcapture_is_a_percentage check (overcapture_percent between 0 and 100) not valid,
  add constraint captured_within_authorized check (captured_minor + authorized_held_minor <= authorized_minor
    + authorized_minor / 100 * overcapture_percent + authorized_minor % 100 * overcapture_percent / 100) not valid;

drop trigger payment_is_the_same on tollgate.payments;
create trigger payment_is_the_same
  before update of merchant_id, id, shop_id, currency, amount_minor, direction, takes_more, overcapture_percent, created_at
  on tollgate.payments
  for each row when ((old.merchant_id, old.id, old.shop_id, old.currency, old.amount_minor, old.direction,
    old.takes_more, old.overcapture_percent, old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.currency, new.amount_minor, new.direction, new.takes_more,
    new.overcapture_percent, new.created_at))
  execute function tollgate.refuse();
