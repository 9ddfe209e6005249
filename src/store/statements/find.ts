import type { Id, View } from '../../core/model.ts';
import { inOrder } from '../../kit/grouped.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

/** `offset 0` keeps a planner who knows only empty tables from reading all payments of the merchant for one of them. */
const text = `
select k.n::int, ${viewColumns}
from unnest($1::int[], $2::uuid[]) with ordinality as k(m, id, n) cross join lateral (
  select * from tollgate.payments x where x.merchant_id = k.m and x.id = k.id offset 0) p`;

export interface PaymentKey {
  readonly merchantId: number;
  readonly paymentId: Id;
}

/** The payments of these ids, in that order; undefined where there is none. */
export const findAll = async (sql: Sql, keys: readonly PaymentKey[]): Promise<(View | undefined)[]> => {
  const columns = [keys.map((key) => key.merchantId), keys.map((key) => key.paymentId)];
  const rows = await sql.unsafe<(ViewRow & { n: number })[]>(text, columns.map(arrayText), { prepare: true });
  return inOrder(keys.length, rows, viewOf);
};

export const find = async (sql: Sql, merchantId: number, paymentId: Id): Promise<View | undefined> =>
  (await findAll(sql, [{ merchantId, paymentId }]))[0];
