import type { Claim, Id, View } from '../../core/model.ts';
import { inOrder } from '../../kit/grouped.ts';
import { arrayText, type Sql } from '../../kit/postgres.ts';
import { type ViewRow, viewColumns, viewOf } from '../view.ts';

/** `offset 0` keeps a planner who knows only empty tables from reading all payments of the merchant for one of them. */
const text = `
select k.n::int, c.command, ${viewColumns}
from unnest($1::int[], $2::int[], $3::text[], $4::text[]) with ordinality as k(m, owner, scope, value, n) cross join lateral (
  select * from tollgate.claims x
  where x.merchant_id = k.owner and x.scope = k.scope and x.value = k.value and x.held offset 0) c cross join lateral (
  select * from tollgate.payments x where x.merchant_id = k.m and x.id = c.payment_id offset 0) p`;

export interface ClaimKey {
  readonly merchantId: number;
  readonly claim: Claim;
}

/** Who holds a claim: the payment as it stands, and the command that took it. */
export interface Holder {
  readonly view: View;
  readonly command: Id;
}

/** The holders of these claims, in that order; undefined where nobody holds it, or another merchant does. */
export const findAllByClaim = async (sql: Sql, keys: readonly ClaimKey[]): Promise<(Holder | undefined)[]> => {
  const columns = [
    keys.map((key) => key.merchantId),
    keys.map((key) => (key.claim.everywhere ? 0 : key.merchantId)),
    keys.map((key) => key.claim.scope),
    keys.map((key) => key.claim.value),
  ];
  const rows = await sql.unsafe<(ViewRow & { n: number; command: Id })[]>(text, columns.map(arrayText), {
    prepare: true,
  });
  return inOrder(keys.length, rows, (row) => ({ view: viewOf(row), command: row.command }));
};
