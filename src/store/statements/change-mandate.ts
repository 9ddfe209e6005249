import type { Instant } from '../../core/model.ts';
import type { MandateChange, MandateRow } from '../../gateway/ports/mandates.ts';
import type { Sql } from '../../kit/postgres.ts';

const text = `
update tollgate.mandates set amount_minor = $4, period_count_max = $5, until_at = $6, state = $7, version = version + 1,
  changed_at = greatest($8, created_at)
where merchant_id = $1 and id = $2 and version = $3 and state = 'active'`;

/** False, and without effect, when it has moved on since it was read, or is not active. */
export const changeMandate = async (
  sql: Sql,
  { mandate: { merchantId, id }, version }: MandateRow,
  { amountMinor, periodCountMax, untilAt, state }: MandateChange,
  now: Instant,
): Promise<boolean> => {
  const parameters = [merchantId, id, version, String(amountMinor), periodCountMax, untilAt, state, now];
  return (await sql.unsafe(text, parameters)).count === 1;
};
