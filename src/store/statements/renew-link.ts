import type { Instant } from '../../core/model.ts';
import type { LinkRow, Renewal } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpointOf } from '../record/parts/notices.ts';

/** The gate is locked and stays as it is: an attempt that is open can be paid, and is the newest one still. */
const text = `
with gate as materialized (
  select merchant_id, id from tollgate.gates
  where merchant_id = $1 and id = $2 and version = $3 and state = 'open' for no key update),
renewed as (
  update tollgate.links l set renewed_token_hash = $4, renewed_memo = $5, renewed_expires_at = $6, due_at = $6,
    changed_at = greatest($7, l.created_at), notice_count = l.notice_count + jsonb_array_length($8::text::jsonb)
  from gate where l.merchant_id = gate.merchant_id and l.id = gate.id and coalesce(l.renewed_memo, l.memo) = $9
  returning l.merchant_id, l.id, l.shop_id, l.notice_count - jsonb_array_length($8::text::jsonb) as told),
notices as (
  insert into tollgate.notices
    (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
  select r.merchant_id, r.id, r.told + n.seq, 0, r.shop_id, n.endpoint, n.url, n.body, $7, $7
  from renewed r, jsonb_to_recordset($8::text::jsonb) n (seq int, endpoint text, url text, body text))
select from renewed`;

/** False, and without effect, when an attempt has begun since the row was read, it was renewed, or it has ended. */
export const renewLink = async (
  sql: Sql,
  { link, attemptCount }: LinkRow,
  { tokenHash, memo, expiresAt, notices }: Renewal,
  now: Instant,
): Promise<boolean> => {
  const owed = notices.map((notice, i) => ({ seq: i + 1, endpoint: endpointOf(link.shopId, notice.url), ...notice }));
  const parameters = [
    link.merchantId,
    link.id,
    attemptCount + 1,
    tokenHash,
    memo,
    expiresAt,
    now,
    JSON.stringify(owed),
    link.memo,
  ];
  return (await sql.unsafe(text, parameters, { prepare: true })).count === 1;
};
