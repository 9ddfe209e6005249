import type { Notice } from '../../../core/model.ts';
import { passedRows, sheet } from '../sheet.ts';

/** Where all mail goes first, whoever it is for: our own mail server. */
export const mailEndpoint = 'mail';

/** A shop's receiver: scheme, host and port of the address. */
export const endpointOf = (shopId: string, url: string): string =>
  url.startsWith('mailto:') ? mailEndpoint : `${shopId} ${URL.parse(url)?.origin ?? url}`;

/**
 * The newer notice of an operation takes the place of an older one that nobody has acknowledged; a mail that of a mail. Asked for
 * as "not ended" rather than as `state = 'due'`: a plan made while the table was empty would go through the index of what is
 * due, all of it.
 */
export const notices = sheet<Notice>({
  name: 'notices',
  rows: (step) => step.notices,
  columns: {
    seq: ['int', (notice) => notice.seq],
    operation: ['int', (notice) => notice.operation],
    shop_id: ['uuid', (_, __, step) => step.payment.shopId],
    endpoint: ['text', (notice, _, step) => endpointOf(step.payment.shopId, notice.url)],
    url: ['text', (notice) => notice.url],
    body: ['text', (notice) => notice.body],
    due_at: ['bigint', (notice) => notice.dueAt],
    created_at: ['bigint', (_, __, step) => step.now],
  },
  sql: (source) => `notice as materialized (select * from ${passedRows(source)}),
notices_replaced as (
  update tollgate.notices x set state = 'replaced', lease_until = 0 from notice t
  where x.merchant_id = t.m and x.payment_id = t.p and x.operation = t.operation
    and (x.endpoint = '${mailEndpoint}') = (t.endpoint = '${mailEndpoint}')
    and x.state not in ('delivered', 'replaced', 'abandoned')),
notices_in as (
  insert into tollgate.notices
    (merchant_id, payment_id, seq, operation, shop_id, endpoint, url, body, due_at, created_at)
  select m, p, seq, operation, shop_id, endpoint, url, body, due_at, created_at from notice)`,
});
