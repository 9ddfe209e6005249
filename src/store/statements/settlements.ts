import type { Id } from '../../core/model.ts';
import type { Settlement } from '../../gateway/ports/terminals.ts';
import { referenceScope } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { type SettlementRow, settlementColumns, settlementOf } from './settlement-row.ts';

/** `offset 0` as in find-by-claim.ts. */
const byReference = `
select ${settlementColumns} from (
  select merchant_id, payment_id from tollgate.claims where merchant_id = $1 and scope = $2 and value = $3 offset 0) c
cross join lateral (
  select * from tollgate.settlements x where x.merchant_id = c.merchant_id and x.id = c.payment_id offset 0) s`;

export const findSettlement = async (
  sql: Sql,
  { id, merchantId }: { readonly id: Id; readonly merchantId: number },
  reference: string,
): Promise<Settlement | undefined> => {
  const key = [merchantId, referenceScope(id), reference];
  return (await sql.unsafe<SettlementRow[]>(byReference, key, { prepare: true })).map(settlementOf)[0];
};

const ofBatch = `
select ${settlementColumns} from tollgate.settlements s where s.batch_id = $1 order by s.settled_at, s.id`;

export const settlementsOf = async (sql: Sql, batchId: Id): Promise<Settlement[]> =>
  (await sql.unsafe<SettlementRow[]>(ofBatch, [batchId])).map(settlementOf);
