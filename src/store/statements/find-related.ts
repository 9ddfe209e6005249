import type { Id, View } from '../../core/model.ts';
import type { Related } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { findAll } from './find.ts';

const text = (condition: string) => `
select merchant_id as "merchantId", id as "paymentId" from tollgate.payments where ${condition} order by id desc limit $1`;

const ofOrder = text('shop_id = $2 and order_reference = $3');
const ofOrigin = text('origin_payment_id = $2');

/** The newest of what belongs together, the oldest of these first: ids begin with their time. */
export const findRelated = async (sql: Sql, by: Related, limit: number): Promise<View[]> => {
  const [statement, values] =
    'orderReference' in by ? [ofOrder, [by.shopId, by.orderReference]] : [ofOrigin, [by.originPaymentId]];
  type Row = { merchantId: number; paymentId: Id };
  const rows = await sql.unsafe<Row[]>(statement, [limit, ...values], { prepare: true });
  return (await findAll(sql, [...rows].reverse())).map((view) => view!);
};
