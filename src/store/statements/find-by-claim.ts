import type { Claim, Id, View } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

/** `offset 0` keeps a planner who knows only empty tables from reading all payments of the merchant for one of them. */
const text = `select c.command, ${viewColumns}
from tollgate.claims c cross join lateral (
  select * from tollgate.payments x where x.merchant_id = c.merchant_id and x.id = c.payment_id offset 0) p
where c.merchant_id = $1 and c.scope = $2 and c.value = $3 and c.held`;

export const findByClaim = async (
  sql: Sql,
  merchantId: number,
  { scope, value }: Claim,
): Promise<{ view: View; command: Id } | undefined> => {
  const [row] = await sql.unsafe<(ViewRow & { command: Id })[]>(text, [merchantId, scope, value], { prepare: true });
  return row && { view: viewOf(row), command: row.command };
};
