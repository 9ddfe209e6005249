import type { Id } from '../../core/model.ts';
import { inOrder } from '../../kit/grouped.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import type { PaymentKey } from './find.ts';

/** Every commit that is looked for left an event. `offset 0` as in find.ts. */
const text = `
select k.n::int, e.command
from unnest($1::int[], $2::uuid[], $3::int[]) with ordinality as k(m, id, entry, n) cross join lateral (
  select command from tollgate.events x
  where x.merchant_id = k.m and x.payment_id = k.id and x.entry = k.entry and x.line = 1 offset 0) e`;

/** The commands by which these payments got these versions, in that order; undefined where they have not got that far. */
export const writtenBy = async (
  sql: Sql,
  keys: readonly (PaymentKey & { readonly version: number })[],
): Promise<(Id | undefined)[]> => {
  const columns = [keys.map((key) => key.merchantId), keys.map((key) => key.paymentId), keys.map((key) => key.version)];
  const rows = await sql.unsafe<{ n: number; command: Id }[]>(text, columns.map(arrayText), { prepare: true });
  return inOrder(keys.length, rows, ({ command }) => command);
};
