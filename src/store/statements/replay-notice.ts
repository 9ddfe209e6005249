import type { Id, Instant } from '../../core/model.ts';
import type { Sql } from '../../kit/postgres.ts';

/** A try that is on its way loses its lease: its end no longer counts. */
const text = `
update tollgate.notices set state = 'due', due_at = $4, tries = 0, lease_until = 0, fence = fence + 1
where merchant_id = $1 and payment_id = $2 and seq = $3`;

export const replayNotice = async (
  sql: Sql,
  merchantId: number,
  paymentId: Id,
  seq: number,
  dueAt: Instant,
): Promise<boolean> => (await sql.unsafe(text, [merchantId, paymentId, seq, dueAt])).count === 1;
