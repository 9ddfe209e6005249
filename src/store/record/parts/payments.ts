import type { Payment } from '../../../core/model.ts';
import { insertSheet, passedRows, sheet } from '../sheet.ts';

export const newPayments = insertSheet<Payment>({
  name: 'payments',
  rows: (step) => (step.read === 0 ? [step.payment] : []),
  columns: {
    merchant_id: 's.m',
    id: 's.p',
    version: 's.read + 1',
    shop_id: ['uuid', (p) => p.shopId],
    state: ['text', (p) => p.state],
    currency: ['text', (p) => p.currency],
    amount_minor: ['bigint', (p) => p.amountMinor],
    authorized_minor: ['bigint', (p) => p.authorizedMinor],
    captured_minor: ['bigint', (p) => p.capturedMinor],
    refunded_minor: ['bigint', (p) => p.refundedMinor],
    disputed_minor: ['bigint', (p) => p.disputedMinor],
    authorized_held_minor: ['bigint', (p) => p.authorizedHeldMinor],
    captured_held_minor: ['bigint', (p) => p.capturedHeldMinor],
    paid_out_minor: ['bigint', (p) => p.paidOutMinor],
    payout_held_minor: ['bigint', (p) => p.payoutHeldMinor],
    direction: ['text', (p) => p.direction],
    takes_more: ['flag', (p) => (p.takesMore ? 1 : 0)],
    overcapture_percent: ['int', (p) => p.overcapturePercent],
    frees_reference: ['flag', (p) => (p.freesReference ? 1 : 0)],
    order_reference: ['text', (p) => p.orderReference],
    origin_payment_id: ['uuid', (p) => p.originPaymentId],
    notice_count: ['int', (p) => p.noticeCount],
    created_at: ['bigint', (p) => p.createdAt],
  },
});

/** What of a payment can change after it was made. The guard `known` has locked the row. */
export const paymentsNext = sheet<Payment>({
  name: 'payments_next',
  rows: (step) => (step.read > 0 ? [step.payment] : []),
  columns: {
    state: ['text', (p) => p.state],
    authorized: ['bigint', (p) => p.authorizedMinor],
    captured: ['bigint', (p) => p.capturedMinor],
    refunded: ['bigint', (p) => p.refundedMinor],
    disputed: ['bigint', (p) => p.disputedMinor],
    authorized_held: ['bigint', (p) => p.authorizedHeldMinor],
    captured_held: ['bigint', (p) => p.capturedHeldMinor],
    paid_out: ['bigint', (p) => p.paidOutMinor],
    payout_held: ['bigint', (p) => p.payoutHeldMinor],
    notices: ['int', (p) => p.noticeCount],
  },
  sql: (source) => `payments_next as (
  update tollgate.payments x set version = t.read + 1, state = t.state, authorized_minor = t.authorized,
    captured_minor = t.captured, refunded_minor = t.refunded,
    disputed_minor = t.disputed, authorized_held_minor = t.authorized_held,
    captured_held_minor = t.captured_held, paid_out_minor = t.paid_out, payout_held_minor = t.payout_held,
    notice_count = t.notices
  from ${passedRows(source)} where x.merchant_id = t.m and x.id = t.p)`,
});
