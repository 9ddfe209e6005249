import type { Id } from '../../core/model.ts';
import type { NoticeRow, NoticeState } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

const columns = `n.merchant_id as "merchantId", n.payment_id as "paymentId", n.seq,
  coalesce(o.id, n.payment_id) as "operationId", n.url,
  n.state, n.tries, n.due_at, n.last_status as "lastStatus", n.last_note as "lastNote"`;

const from = `from tollgate.notices n left join tollgate.operations o
  on o.merchant_id = n.merchant_id and o.payment_id = n.payment_id and o.ordinal = n.operation`;

type Row = Omit<NoticeRow, 'dueAt'> & { readonly due_at: bigint };

const noticeOf = ({ due_at, ...row }: Row): NoticeRow => ({ ...row, dueAt: Number(due_at) });

/** Newest first. */
export const listNotices = async (
  sql: Sql,
  { limit, state }: { limit: number; state?: NoticeState },
): Promise<NoticeRow[]> => {
  const rows = await sql.unsafe<Row[]>(
    `select ${columns} ${from} where ($2::text is null or n.state = $2) order by n.created_at desc, n.seq desc limit $1`,
    [limit, state ?? null],
  );
  return rows.map(noticeOf);
};

/** Those of one payment, in their order. */
export const noticesOf = async (sql: Sql, merchantId: number, paymentId: Id): Promise<NoticeRow[]> => {
  const rows = await sql.unsafe<Row[]>(
    `select ${columns} ${from} where n.merchant_id = $1 and n.payment_id = $2 order by n.seq`,
    [merchantId, paymentId],
  );
  return rows.map(noticeOf);
};
