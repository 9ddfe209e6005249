import type { LinkRow } from '../../gateway/ports.ts';
import { mailEndpoint } from '../record/parts/notices.ts';

/** The columns of a link `l` with its gate `g`, as `linkRowOf` reads them. */
export const linkColumns = `l.merchant_id as "merchantId", l.id, l.shop_id as "shopId", l.reference,
  coalesce(l.amended_minor, l.amount_minor) as "amountMinor", l.payer_chooses as "payerChooses",
  l.amount_max_minor as "amountMaxMinor", l.takes_many as "takesMany", l.currency,
  coalesce(l.renewed_memo, l.memo) as memo, l.payer_info as "payerInfo",
  l.request_hash as "requestHash", l.notice_url as "noticeUrl",
  coalesce(l.renewed_expires_at, l.expires_at) as expires_at, l.created_at, l.changed_at, l.ended, g.version, l.number,
  coalesce((select true from tollgate.notices n where n.merchant_id = l.merchant_id and n.payment_id = l.id
    and n.endpoint = '${mailEndpoint}' and n.state = 'delivered' limit 1), false) as "isMailed"`;

type Link = LinkRow['link'];

export interface LinkColumns extends Omit<Link, 'expiresAt' | 'createdAt'> {
  readonly expires_at: bigint;
  readonly created_at: bigint;
  readonly changed_at: bigint | null;
  readonly ended: LinkRow['ended'];
  readonly version: number;
  readonly number: bigint;
  readonly isMailed: boolean;
}

export const linkRowOf = ({
  expires_at,
  created_at,
  changed_at,
  ended,
  version,
  number,
  isMailed,
  ...link
}: LinkColumns): LinkRow => ({
  link: {
    ...link,
    amountMinor: BigInt(link.amountMinor),
    amountMaxMinor: link.amountMaxMinor === null ? null : BigInt(link.amountMaxMinor),
    expiresAt: Number(expires_at),
    createdAt: Number(created_at),
  },
  changedAt: Number(changed_at ?? created_at),
  attemptCount: version - 1,
  number: Number(number),
  isMailed,
  ended,
});
