import type { Instant } from '../../core/model.ts';
import type { LinkRow } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpointOf } from '../record/parts/notices.ts';

/** The gate is locked first, as the record statement does. Its version tells whether another attempt has begun. */
const text = `
with gate as (
  update tollgate.gates set state = 'closed'
  where merchant_id = $1 and id = $2 and version = $3 and state = 'open' returning merchant_id, id),
ended as (
  update tollgate.links l set ended = $4, changed_at = greatest($7, l.created_at),
    notice_count = l.notice_count + ($6::text is not null)::int from gate
  where l.merchant_id = gate.merchant_id and l.id = gate.id
  returning l.merchant_id, l.id, l.shop_id, l.notice_url, l.notice_count),
told as (
  insert into tollgate.notices
    (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
  select merchant_id, id, notice_count, 0, shop_id, $5, notice_url, $6, $7, $7 from ended
  where $6::text is not null)
select from ended`;

/** False, and without effect, when another attempt has begun since the row was read, or when it has ended already. */
export const endLink = async (
  sql: Sql,
  { link, attemptCount }: LinkRow,
  end: NonNullable<LinkRow['ended']>,
  notice: string | null,
  now: Instant,
): Promise<boolean> => {
  const { merchantId, id, shopId, noticeUrl } = link;
  const parameters = [merchantId, id, attemptCount + 1, end, endpointOf(shopId, noticeUrl), notice, now];
  return (await sql.unsafe(text, parameters, { prepare: true })).count === 1;
};
