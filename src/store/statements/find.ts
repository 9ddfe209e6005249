import type { Id, View } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

const text = `select ${viewColumns} from tollgate.payments p where p.merchant_id = $1 and p.id = $2`;

export const find = async (sql: Sql, merchantId: number, paymentId: Id): Promise<View | undefined> => {
  const [row] = await sql.unsafe<ViewRow[]>(text, [merchantId, paymentId], { prepare: true });
  return row && viewOf(row);
};
