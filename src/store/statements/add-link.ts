import { type Link, linkScope } from '../../gateway/ports.ts';
import type { Sql } from '../../kit/postgres.ts';

/** Whoever wins the claim makes the link and its gate; the claim outlives both, so that a reference is used once for ever. */
const text = `
with claim as (
  insert into tollgate.claims (merchant_id, scope, value, payment_id, command, held)
  values ($1, $3, $4, $2, $2, true) on conflict (merchant_id, scope, value) do nothing returning payment_id),
gate as (
  insert into tollgate.gates (merchant_id, id, kind, version, state)
  select $1, payment_id, 'link', 1, 'open' from claim)
insert into tollgate.links (merchant_id, id, shop_id, reference, token_hash, amount_minor, currency, memo, request_hash,
  notice_url, expires_at, created_at, due_at, payer_chooses, amount_max_minor, takes_many, payer_info)
select $1, payment_id, $5, $4, $6, $7, $8, $9, $10, $11, $12, $13, $12, $14, $15, $16, $17 from claim`;

/** False when the reference is taken. */
export const addLink = async (sql: Sql, link: Link, tokenHash: string): Promise<boolean> => {
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
    ],
    { prepare: true },
  );
  return count === 1;
};
