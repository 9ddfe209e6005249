import type { Lease, LeasedNotice } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpoints } from './endpoints.ts';

/**
 * `head` is the head of each endpoint's queue: those under lease keep their place in it, so that no more than
 * `perEndpoint` are ever on their way to one endpoint. Of a payment only the first in the queue may go. A notice that
 * waits out its pause is not in the queue and holds up nothing. One that tells of a link has no operation.
 */
const text = `
with recursive ${endpoints},
head as (
  select h.*, row_number() over (partition by h.merchant_id, h.payment_id order by h.due_at, h.seq) as turn
  from endpoint e cross join lateral (
    select n.merchant_id, n.payment_id, n.seq, n.due_at, n.lease_until, n.fence from tollgate.notices n
    where n.state = 'due' and n.endpoint = e.endpoint and n.due_at <= $1
    order by n.due_at, n.seq limit $5) h),
chosen as materialized (
  select * from head where turn = 1 and lease_until <= $2 order by due_at limit $4),
mine as materialized (
  select c.merchant_id, c.payment_id, c.seq from chosen c cross join lateral (
    select from tollgate.notices x
    where x.merchant_id = c.merchant_id and x.payment_id = c.payment_id and x.seq = c.seq
      and x.fence = c.fence and x.state not in ('delivered', 'replaced', 'abandoned')
    for no key update skip locked) held)
update tollgate.notices x set lease_until = $3, fence = x.fence + 1
from mine
where x.merchant_id = mine.merchant_id and x.payment_id = mine.payment_id and x.seq = mine.seq
returning x.merchant_id as "merchantId", x.payment_id as "paymentId", x.seq,
  coalesce((select o.id from tollgate.operations o where o.merchant_id = x.merchant_id
    and o.payment_id = x.payment_id and o.ordinal = x.operation), x.payment_id) as "operationId",
  x.shop_id as "shopId", x.url, x.body, x.tries, x.due_at, x.fence`;

/** Oldest first. */
export const leaseNotices = async (
  sql: Sql,
  lease: Lease & { readonly perEndpoint: number },
): Promise<LeasedNotice[]> => {
  const rows = await sql.unsafe<(Omit<LeasedNotice, 'dueAt'> & { due_at: bigint })[]>(
    text,
    [lease.dueBefore, lease.realNow, lease.leaseUntil, lease.limit, lease.perEndpoint],
    { prepare: true },
  );
  return rows
    .map(({ due_at, ...notice }) => ({ ...notice, dueAt: Number(due_at) }))
    .sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq);
};
