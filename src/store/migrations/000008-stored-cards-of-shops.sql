-- A card that was kept at a shop is good at that shop alone; one without a shop, at all of its owner's.
alter table tollgate.stored_cards add column shop_id uuid;
