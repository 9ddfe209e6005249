import type { Id, Instant } from '../../core/model.ts';
import type { UnaskedRow } from '../../gateway/ports.ts';
import { newId } from '../../kit/ids.ts';
import type { Sql } from '../../kit/postgres.ts';

const note = `
insert into tollgate.asked (merchant_id, payment_id, at) values ($1, $2, $3) on conflict do nothing`;

/** The first time stays. */
export const noteAsked = async (sql: Sql, merchantId: number, paymentId: Id, at: Instant): Promise<void> => {
  await sql.unsafe(note, [merchantId, paymentId, at], { prepare: true });
};

// Ids begin with their time, so the key finds the youngest alone.
const list = `
select p.id as "paymentId", o.state, o.finished_at as "finishedAt"
from tollgate.payments p join tollgate.operations o on o.merchant_id = p.merchant_id and o.payment_id = p.id and o.ordinal = 1
where p.merchant_id = $1 and p.shop_id = $2 and p.id >= $3 and o.finished_at < $4
  and not exists (select from tollgate.asked a where a.merchant_id = p.merchant_id and a.payment_id = p.id)
order by p.id desc limit $5`;

/** Payments of a shop that ended before some time, and how they did nobody asked; of those made since, the newest first. */
export const unasked = async (
  sql: Sql,
  { id, merchantId }: { readonly id: Id; readonly merchantId: number },
  { madeSince, endedBefore, limit }: { madeSince: Instant; endedBefore: Instant; limit: number },
): Promise<UnaskedRow[]> => {
  const parameters = [merchantId, id, newId(merchantId, madeSince), endedBefore, limit];
  const rows = await sql.unsafe<(UnaskedRow & { finishedAt: bigint })[]>(list, parameters, { prepare: true });
  return rows.map((row) => ({ ...row, finishedAt: Number(row.finishedAt) }));
};
