-- Notices that tell of a link are numbered by the link; and a link has a number by which its merchant may name it.
alter table tollgate.links
  add column notice_count int not null default 0 check (notice_count >= 0),
  add column number bigint generated always as identity unique,
  -- What its merchant put in the place of token, memo and end of time, as long as it was open.
  add column renewed_token_hash text unique,
  add column renewed_memo text,
  add column renewed_expires_at bigint,
  add check (num_nulls(renewed_token_hash, renewed_memo, renewed_expires_at) in (0, 3));

update tollgate.links l set notice_count = n.count
from (select merchant_id, payment_id, max(seq) count from tollgate.notices where operation = 0 group by 1, 2) n
where l.merchant_id = n.merchant_id and l.id = n.payment_id;

create trigger link_notices_grow before update of notice_count on tollgate.links for each row
  when (new.notice_count < old.notice_count) execute function tollgate.refuse();

create trigger link_is_renewed_open
  before update of renewed_token_hash, renewed_memo, renewed_expires_at on tollgate.links for each row
  when (old.ended is not null and (old.renewed_token_hash, old.renewed_memo, old.renewed_expires_at) is distinct from
    (new.renewed_token_hash, new.renewed_memo, new.renewed_expires_at))
  execute function tollgate.refuse();
