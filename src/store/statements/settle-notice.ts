import type { LeasedNotice, NoticeEnd } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Without effect when the lease has passed on, or a newer notice has taken this one's place. */
const text = `
update tollgate.notices set state = $5, due_at = coalesce($6::bigint, due_at), tries = tries + 1, lease_until = 0,
  last_status = $7, last_note = $8
where merchant_id = $1 and payment_id = $2 and seq = $3 and fence = $4
  and state not in ('delivered', 'replaced', 'abandoned')`;

export const settleNotice = async (
  sql: Sql,
  { merchantId, paymentId, seq, fence }: LeasedNotice,
  end: NoticeEnd,
  answer: { status: number | null; note: string | null },
): Promise<void> => {
  const dueAt = end.state === 'due' ? end.dueAt : null;
  await sql.unsafe(text, [merchantId, paymentId, seq, fence, end.state, dueAt, answer.status, answer.note], {
    prepare: true,
  });
};
