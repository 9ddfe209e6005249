import type { MandateRow } from '../../gateway/ports/mandates.ts';
import type { Lease } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type MandateColumns, mandateColumns, mandateRowOf } from './mandates.ts';

const text = `
with due as materialized (
  select merchant_id, id from tollgate.mandates where state = 'active' and due_at <= $1 and lease_until <= $2
  order by due_at limit $4 for no key update skip locked)
update tollgate.mandates m set lease_until = $3 from due join tollgate.gates g using (merchant_id, id)
where m.merchant_id = due.merchant_id and m.id = due.id
returning ${mandateColumns}`;

export const leaseMandates = async (
  sql: Sql,
  { dueBefore, realNow, leaseUntil, limit }: Lease,
): Promise<MandateRow[]> =>
  (await sql.unsafe<MandateColumns[]>(text, [dueBefore, realNow, leaseUntil, limit], { prepare: true })).map(
    mandateRowOf,
  );
