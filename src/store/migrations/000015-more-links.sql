-- Links whose payers say how much they pay, links that many may pay, links that their merchant takes back or changes the amount of
-- before anybody pays. A change of the amount moves the gate on, so that nobody begins to pay the old one.
alter table tollgate.links
  add column payer_chooses boolean not null default false,
  add column amount_max_minor bigint check (amount_max_minor >= amount_minor),
  add column amended_minor bigint check (amended_minor > 0),
  add column takes_many boolean not null default false,
  -- As of checkouts.
  add column payer_info text,
  drop constraint links_ended_check,
  add constraint links_ended_check check (ended in ('approved', 'expired', 'cancelled'));
create index links_with_payer_info on tollgate.links (merchant_id, id) where payer_info is not null;

create trigger link_offers_the_same
  before update of payer_chooses, amount_max_minor, takes_many on tollgate.links for each row
  when ((old.payer_chooses, old.amount_max_minor, old.takes_many) is distinct from
    (new.payer_chooses, new.amount_max_minor, new.takes_many))
  execute function tollgate.refuse();

drop trigger link_stays_ended on tollgate.links;
create trigger link_stays_ended before update on tollgate.links for each row
  when (old.ended is not null and (old.ended, old.due_at, old.amended_minor) is distinct from
    (new.ended, new.due_at, new.amended_minor))
  execute function tollgate.refuse();
