import type { Lease, LeasedTask } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

/** `skip locked` waits for nobody, so a worker can neither hold up a payment under way nor deadlock with it. */
const text = `
with due as materialized (
  select merchant_id, payment_id, kind from tollgate.tasks
  where due_at <= $1 and lease_until <= $2
  order by due_at limit $4 for no key update skip locked)
update tollgate.tasks x set lease_until = $3 from due
where x.merchant_id = due.merchant_id and x.payment_id = due.payment_id and x.kind = due.kind
returning x.merchant_id as "merchantId", x.payment_id as "paymentId", x.kind`;

export const leaseTasks = async (sql: Sql, { dueBefore, realNow, leaseUntil, limit }: Lease): Promise<LeasedTask[]> => [
  ...(await sql.unsafe<LeasedTask[]>(text, [dueBefore, realNow, leaseUntil, limit], { prepare: true })),
];
