import type { Progress } from '../../core/mandates.ts';
import type { Instant } from '../../core/model.ts';
import type { MandateRow } from '../../gateway/ports/mandates.ts';
import type { Sql } from '../../kit/postgres.ts';

/**
 * The version tells whether it is still as it was read; the state is asked for as in record/parts/notices.ts. A period that is over
 * is so once: the key refuses a second time.
 */
const text = `
with moved as (
  update tollgate.mandates set state = $4, reason = $5, period = $6, attempt = $7, due_at = $8, lease_until = 0,
    version = version + 1, changed_at = greatest($9, created_at)
  where merchant_id = $1 and id = $2 and version = $3 and state not in ('ended', 'stopped', 'cancelled')
  returning merchant_id, id),
over as (
  insert into tollgate.mandate_periods (merchant_id, mandate_id, period, outcome, at)
  select merchant_id, id, p.period, p.outcome, $9
  from moved, jsonb_to_recordset($10::text::jsonb) p (period int, outcome text))
select from moved`;

/** False, and without effect, when it has moved on since it was read. */
export const progressMandate = async (
  sql: Sql,
  { mandate, version }: MandateRow,
  { standing, ends }: Progress,
  now: Instant,
): Promise<boolean> => {
  const { state, reason, period, attempt, dueAt } = standing;
  const { merchantId, id } = mandate;
  const parameters = [merchantId, id, version, state, reason, period, attempt, dueAt, now, JSON.stringify(ends)];
  return (await sql.unsafe(text, parameters, { prepare: true })).count === 1;
};
