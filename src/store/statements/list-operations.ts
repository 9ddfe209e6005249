import type { Id } from '../../core/model.ts';
import type { Page, Stretch } from '../../gateway/ports.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import { findAll } from './find.ts';

/**
 * One walk along the index from one place to the other end, until `limit` rows are found: nothing is sorted, and besides
 * the page only rows in other states are read (and, for money that is pushed, whether any came). The shop stands for its merchant, since a shop has one; with `merchant_id` in
 * the condition, a planner who knows only empty tables would take the key and read all that the merchant has.
 */
export const listText = `
select merchant_id as "merchantId", payment_id as "paymentId", id
from tollgate.operations o
where shop_id = $1::uuid and reference is not null and (state = any ($2::text[]) or kind = 'collect' and 0 < (
    select captured_minor from tollgate.payments p where p.merchant_id = o.merchant_id and p.id = o.payment_id))
  and (requested_at / 1000, reference collate "C") > ($3::bigint, $4::text) and requested_at / 1000 <= $5::bigint
order by requested_at / 1000, reference collate "C" limit $6::int`;

interface Row {
  readonly merchantId: number;
  readonly paymentId: Id;
  readonly id: Id;
}

/** Two statements: which operations they are, and their payments, each once however many of its operations are listed. */
export const listOperations = async (sql: Sql, shopId: Id, stretch: Stretch): Promise<Page> => {
  const { states, fromSecond, toSecond, after, limit } = stretch;
  // No reference is empty, so everything in a second stands behind its empty one.
  const { second, reference } = after && after.second >= fromSecond ? after : { second: fromSecond, reference: '' };
  // One more than is wanted tells whether there is more.
  const parameters = [shopId, arrayText(states), second, reference, toSecond, limit + 1];
  const rows = await sql.unsafe<Row[]>(listText, parameters, { prepare: true });
  const page = rows.slice(0, limit);
  const keys = new Map(page.map(({ merchantId, paymentId }) => [paymentId, { merchantId, paymentId }]));
  const views = new Map((await findAll(sql, [...keys.values()])).map((view) => [view!.payment.id, view!]));
  const entries = page.map(({ paymentId, id }) => {
    const view = views.get(paymentId)!;
    return { view, operation: view.operations.find((operation) => operation.id === id)! };
  });
  return { entries, hasMore: rows.length > limit };
};
