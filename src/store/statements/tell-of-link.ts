import type { Instant } from '../../core/model.ts';
import type { Link, NoticeText } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpointOf } from '../record/parts/notices.ts';

const text = `
with told as (
  update tollgate.links set notice_count = notice_count + 1 where merchant_id = $1 and id = $2
  returning merchant_id, id, notice_count)
insert into tollgate.notices (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
select merchant_id, id, notice_count, 0, $3, $4, $5, $6, $7, $7 from told`;

/** Owes a notice that tells of a link. */
export const tellOfLink = async (
  sql: Sql,
  { merchantId, id, shopId }: Pick<Link, 'merchantId' | 'id' | 'shopId'>,
  { url, body }: NoticeText,
  now: Instant,
): Promise<void> => {
  await sql.unsafe(text, [merchantId, id, shopId, endpointOf(shopId, url), url, body, now], { prepare: true });
};
