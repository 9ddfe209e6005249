import type { View } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

/** Each `offset 0` keeps a planner who knows only empty tables from reading all that the merchant has. */
const text = `select ${viewColumns}
from (
  select merchant_id, payment_id, sent_at from tollgate.attempts
  where vault_ref = $2 and state = 'challenged' offset 0) a
cross join lateral (
  select * from tollgate.payments x where x.merchant_id = a.merchant_id and x.id = a.payment_id offset 0) p
where a.merchant_id = $1 order by a.sent_at desc, p.id desc limit 1`;

/** The latest of several. */
export const findChallenged = async (sql: Sql, merchantId: number, vaultRef: string): Promise<View | undefined> => {
  const [row] = await sql.unsafe<ViewRow[]>(text, [merchantId, vaultRef], { prepare: true });
  return row && viewOf(row);
};
