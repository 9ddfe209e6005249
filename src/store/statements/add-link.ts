import { type Link, linkScope, type NoticeText } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';
import { endpointOf } from '../record/parts/notices.ts';

/** Whoever wins the claim makes the link and its gate; the claim outlives both, so that a reference is used once for ever. */
const text = `
with claim as (
  insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held)
  values ($1, $3, $4, $2, $2, true) on conflict (merchant_id, scope, value) do nothing returning payment_id),
gate as (
  insert into tollgate.gates (merchant_id, id, kind, version, state)
  select $1, payment_id, 'link', 1, 'open' from claim),
told as (
  insert into tollgate.notices
    (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
  select $1, payment_id, n.seq, 0, $5, n.endpoint, n.url, n.body, $13, $13
  from claim, jsonb_to_recordset($18::text::jsonb) n (seq int, endpoint text, url text, body text))
insert into tollgate.links (merchant_id, id, shop_id, reference, token_hash, amount_minor, currency, memo, request_hash,
  notice_url, expires_at, created_at, due_at, payer_chooses, amount_max_minor, takes_many, payer_info, notice_count, number)
select $1, payment_id, $5, $4, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14, $15, $16, $17, jsonb_array_length($18::text::jsonb),
  coalesce($19::bigint, nextval(pg_get_serial_sequence('tollgate.links', 'number'))) from claim`;

/** False when the reference is taken. `notices` are owed from then on. `number`: one that was taken for it before. */
export const addLink = async (
  sql: Sql,
  link: Link,
  tokenHash: string,
  notices: readonly NoticeText[],
  number: number | null = null,
): Promise<boolean> => {
  const { merchantId, id, shopId, reference, amountMinor, currency, memo } = link;
  const { requestHash, noticeUrl, expiresAt, createdAt } = link;
  const { count } = await sql.unsafe(
    text,
    [
      merchantId,
      id,
      linkScope(shopId),
      reference,
      shopId,
      tokenHash,
      String(amountMinor),
      currency,
      memo,
      requestHash,
      noticeUrl,
      expiresAt,
      createdAt,
      link.payerChooses,
      link.amountMaxMinor === null ? null : String(link.amountMaxMinor),
      link.takesMany,
      link.payerInfo,
      JSON.stringify(notices.map((notice, i) => ({ seq: i + 1, endpoint: endpointOf(shopId, notice.url), ...notice }))),
      number,
    ],
    { prepare: true },
  );
  return count === 1;
};
