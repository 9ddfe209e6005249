-- What callers look up who name neither a payment nor a shop. Both indexes are small or rarely written: an attempt
-- enters and leaves the first one by an update that moves its due time, so it costs no cheap update.
create index attempts_challenged on tollgate.attempts (vault_ref) where state = 'challenged';
create index shops_of_merchant on tollgate.shops (api, merchant_id);
