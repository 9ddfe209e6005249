import type { Operation } from '../../../core/model.ts';
import { insertSheet, ofPayment, overwrite } from '../sheet.ts';

export const operations = insertSheet<Operation>({
  name: 'operations',
  rows: (step) => step.operations,
  columns: {
    ...ofPayment,
    shop_id: ['uuid', (_o, _index, { payment }) => payment.shopId],
    ordinal: ['int', (o) => o.ordinal],
    id: ['uuid', (o) => o.id],
    kind: ['text', (o) => o.kind],
    state: ['text', (o) => o.state],
    amount_minor: ['bigint', (o) => o.amountMinor],
    target: ['int', (o) => o.target],
    undone_by: ['int', (o) => o.undoneBy],
    reason: ['text', (o) => o.reason],
    reference: ['text', (o) => o.reference],
    request_hash: ['text', (o) => o.requestHash],
    notice_url: ['text', (o) => o.noticeUrl],
    card_token: ['text', (o) => o.cardToken],
    memo: ['text', (o) => o.memo],
    gate_id: ['uuid', (o) => o.gateId],
    requested_at: ['bigint', (o) => o.requestedAt],
    finished_at: ['bigint', (o) => o.finishedAt],
  },
  ending: `on conflict (merchant_id, payment_id, ordinal) do update set
    ${overwrite('state', 'undone_by', 'reason', 'card_token', 'finished_at')}`,
});
