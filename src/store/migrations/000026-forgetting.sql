-- What is to be forgotten is looked for by the time that its id begins with. Partitions or not, an index does not begin with the
-- merchant, or a cached plan takes it for single rows.
drop index tollgate.checkouts_with_payer_info;
create index checkouts_with_payer_info on tollgate.checkouts (payment_id) where payer_info is not null;
drop index tollgate.links_with_payer_info;
create index links_with_payer_info on tollgate.links (id) where payer_info is not null;
