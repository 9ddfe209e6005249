-- Payment links. A link is a gate of that id: its version is the number of attempts begun so far, and one more. It is
-- closed when the link has ended.

create table tollgate.links (
  merchant_id int not null,
  id uuid not null,
  shop_id uuid not null,
  reference text not null,
  -- Hex of the SHA-256 of the token in the link's address. The token itself is kept nowhere.
  token_hash text not null unique,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  memo text not null,
  request_hash text not null,
  notice_url text not null,
  expires_at bigint not null,
  created_at bigint not null,
  -- When a worker looks whether it has ended.
  due_at bigint not null,
  ended text check (ended in ('approved', 'expired')),
  primary key (merchant_id, id)
) with (fillfactor = 80);
create index links_due on tollgate.links (due_at) where ended is null;

create trigger link_is_the_same
  before update of merchant_id, id, shop_id, reference, token_hash, amount_minor, currency, memo, request_hash, notice_url,
    expires_at, created_at on tollgate.links for each row
  when ((old.merchant_id, old.id, old.shop_id, old.reference, old.token_hash, old.amount_minor, old.currency, old.memo,
    old.request_hash, old.notice_url, old.expires_at, old.created_at) is distinct from
    (new.merchant_id, new.id, new.shop_id, new.reference, new.token_hash, new.amount_minor, new.currency, new.memo,
    new.request_hash, new.notice_url, new.expires_at, new.created_at))
  execute function tollgate.refuse();

create trigger link_stays_ended before update on tollgate.links for each row
  when (old.ended is not null and old.* is distinct from new.*) execute function tollgate.refuse();

create trigger only_grows before delete or truncate on tollgate.links
  for each statement execute function tollgate.append_only();

-- A gate that was closed lets nothing through any more, and no gate goes back to let something through twice.
create trigger gate_moves_on before update on tollgate.gates for each row
  when (old.state = 'closed' or new.version < old.version) execute function tollgate.refuse();
