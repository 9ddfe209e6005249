import type { Id, View } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

/** Each `offset 0` keeps a planner who knows only empty tables from reading all that the merchant has. */
const text = `select ${viewColumns}
from (select merchant_id, payment_id from tollgate.operations where id = $2 offset 0) o cross join lateral (
  select * from tollgate.payments x where x.merchant_id = o.merchant_id and x.id = o.payment_id offset 0) p
where o.merchant_id = $1`;

export const findByOperation = async (sql: Sql, merchantId: number, operationId: Id): Promise<View | undefined> => {
  const [row] = await sql.unsafe<ViewRow[]>(text, [merchantId, operationId], { prepare: true });
  return row && viewOf(row);
};
