import type { Instant } from '../../core/model.ts';
import type { LinkRow } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

/** The gate moves on: whoever had read the old amount begins nothing. */
const text = `
with gate as (
  update tollgate.gates set version = version + 1
  where merchant_id = $1 and id = $2 and version = $3 and state = 'open' returning merchant_id, id)
update tollgate.links l set amended_minor = $4, changed_at = greatest($5, l.created_at) from gate where l.merchant_id = gate.merchant_id and l.id = gate.id`;

/** False, and without effect, when an attempt has begun since the row was read, or the link has ended. */
export const amendLink = async (
  sql: Sql,
  { link, attemptCount }: LinkRow,
  amountMinor: bigint,
  now: Instant,
): Promise<boolean> => {
  const parameters = [link.merchantId, link.id, attemptCount + 1, String(amountMinor), now];
  return (await sql.unsafe(text, parameters, { prepare: true })).count === 1;
};
