import type { Claim, Id, View } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

const text = `select c.command, ${viewColumns}
from tollgate.claims c join tollgate.payments p on p.merchant_id = c.merchant_id and p.id = c.payment_id
where c.merchant_id = $1 and c.scope = $2 and c.value = $3 and c.held`;

export const findByClaim = async (
  sql: Sql,
  merchantId: number,
  { scope, value }: Claim,
): Promise<{ view: View; command: Id } | undefined> => {
  const [row] = await sql.unsafe<(ViewRow & { command: Id })[]>(text, [merchantId, scope, value], { prepare: true });
  return row && { view: viewOf(row), command: row.command };
};
