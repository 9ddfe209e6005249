import type { Instant } from '../../core/model.ts';
import type { MandateChange, MandateRow } from '../../gateway/ports/mandates.ts';
import type { Sql } from '../../kit/postgres.ts';

/** The gate moves on, and is closed with its mandate: whoever had read the mandate as it was begins no charge any more. */
const text = `
with gate as (
  update tollgate.gates set version = version + 1, state = case when $7 = 'active' then state else 'closed' end
  where merchant_id = $1 and id = $2 and version = $9 and state = 'open' returning merchant_id, id)
update tollgate.mandates m set amount_minor = $4, period_count_max = $5, until_at = $6, state = $7, version = m.version + 1,
  changed_at = greatest($8, m.created_at)
from gate
where m.merchant_id = gate.merchant_id and m.id = gate.id and m.version = $3
  and m.state not in ('ended', 'stopped', 'cancelled')`;

/** False, and without effect, when it has moved on or a try has begun since it was read, or it is not active. */
export const changeMandate = async (
  sql: Sql,
  { mandate: { merchantId, id }, version, gateVersion }: MandateRow,
  { amountMinor, periodCountMax, untilAt, state }: MandateChange,
  now: Instant,
): Promise<boolean> => {
  const parameters = [merchantId, id, version, String(amountMinor), periodCountMax, untilAt, state, now, gateVersion];
  return (await sql.unsafe(text, parameters)).count === 1;
};
